namespace MailFunctions.Unsubscription;

/// <summary>
/// This process's copy of the keys. The first key is made when it is first needed; processes that race for it all use the one
/// that was stored.
/// </summary>
/// <remarks>Thread safe. Callers that need the table read at the same time share one reading, and its failure.</remarks>
internal sealed class UnsubscribeKeys(UnsubscribeKeyTable table, TimeProvider clock)
{
    /// <summary>The time for which the newest key is used without asking whether there is a newer one.</summary>
    public static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(10);

    /// <summary>The time for which a number without a key is not looked up again: callers can make up numbers.</summary>
    private static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The age from which a key is used: by then every process that is asked for it looks it up again. Only the first key is used
    /// at once.
    /// </summary>
    private static readonly TimeSpan UsedFrom = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private Held? _held;
    private Task<Held>? _reading;

    /// <summary>Returns the key for new mail.</summary>
    public async ValueTask<UnsubscribeKey> CurrentAsync(CancellationToken cancellationToken)
    {
        var held = await HeldAsync(BelievedFor, cancellationToken);
        if (held.Keys.Count == 0)
        {
            await table.AddAsync(1, cancellationToken);
            held = await ReadTogether().WaitAsync(cancellationToken);
        }

        // A reading that began before the key was stored may have been shared.
        if (held.Keys.Count == 0)
            held = await ReadTogether().WaitAsync(cancellationToken);
        return held.Keys.LastOrDefault(key => key.MadeAt <= clock.GetUtcNow() - UsedFrom) ?? (held.Keys is [var first, ..] ? first : null) ?? throw new InvalidDataException("This version of the app can read none of the keys in the table UnsubscribeKeys.");
    }

    /// <summary>Makes a newer key. The earlier ones stay, for the links in mails that were sent.</summary>
    /// <returns>The number of the newest key.</returns>
    public async Task<int> RotateAsync(CancellationToken cancellationToken)
    {
        var newest = await table.ReadAsync(cancellationToken) is [.., var key] ? key.Number : 0;
        await table.AddAsync(checked((ushort)(newest + 1)), cancellationToken);
        return newest + 1;
    }

    /// <returns>Null if no key has this number.</returns>
    public async ValueTask<UnsubscribeKey?> FindAsync(ushort number, CancellationToken cancellationToken) =>
        Find(Volatile.Read(ref _held), number) ?? Find(await HeldAsync(Volatile.Read(ref _held)?.Keys.Count > 0 ? UnknownFor : TimeSpan.Zero, cancellationToken), number);

    private static UnsubscribeKey? Find(Held? held, ushort number) => held?.Keys.FirstOrDefault(key => key.Number == number);

    private async ValueTask<Held> HeldAsync(TimeSpan age, CancellationToken cancellationToken) =>
        Volatile.Read(ref _held) is { } held && clock.GetElapsedTime(held.Asked) < age ? held : await ReadTogether().WaitAsync(cancellationToken);

    private Task<Held> ReadTogether()
    {
        lock (_lock)
        {
            if (_reading is null or { IsCompleted: true })
                _reading = ReadAsync();
            return _reading;
        }
    }

    /// <summary>Reads for all callers that wait: no cancellation of one of them ends it.</summary>
    private async Task<Held> ReadAsync()
    {
        var asked = clock.GetTimestamp();
        var held = new Held(await table.ReadAsync(CancellationToken.None), asked);
        Volatile.Write(ref _held, held);
        return held;
    }

    private sealed record Held(IReadOnlyList<UnsubscribeKey> Keys, long Asked);
}

namespace MailFunctions.Api.Keys;

/// <summary>
/// What was read once and is believed for a while: however many ask, and however often, storage is asked once in that time,
/// and by one of them, for whom the others wait. A failure is told to those who wait, and not remembered.
/// </summary>
/// <param name="read">Nobody's cancellation ends it.</param>
/// <param name="believedFor">How long what was read is believed, from when it was asked for; <see cref="Timeout.InfiniteTimeSpan"/> for good.</param>
/// <remarks>Thread safe.</remarks>
internal sealed class SharedReading<T>(Func<Task<T>> read, Func<T, TimeSpan> believedFor, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private Task<Held>? _latest;

    public async Task<T> ReadAsync(CancellationToken cancellationToken) => (await Latest().WaitAsync(cancellationToken)).Value;

    private Task<Held> Latest()
    {
        lock (_lock)
        {
            if (_latest is null || (_latest.IsCompleted && !IsBelieved(_latest)))
                _latest = AskAsync();
            return _latest;
        }
    }

    private bool IsBelieved(Task<Held> completed)
    {
        if (!completed.IsCompletedSuccessfully)
            return false;
        var held = completed.Result;
        var time = believedFor(held.Value);
        return time == Timeout.InfiniteTimeSpan || clock.GetElapsedTime(held.Asked) < time;
    }

    private async Task<Held> AskAsync()
    {
        var asked = clock.GetTimestamp();
        return new Held(await read(), asked);
    }

    private sealed record Held(T Value, long Asked);
}

namespace MailFunctions.Keys;

/// <summary>
/// Caches a value that was read from storage: in each period one caller causes a single read, and concurrent callers wait for
/// it. A failure is passed to the waiting callers, but not cached.
/// </summary>
/// <param name="read">Reads the value; not canceled with a caller.</param>
/// <param name="believedFor">Returns the time for which a value is cached, counted from the start of the read;
/// <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
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

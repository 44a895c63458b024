namespace MailFunctions.Smtp.Rates;

/// <summary>
/// Counts what has begun in this process, and lets no more begin than a limit allows. A slot says when a mail may begin at
/// the soonest; those that a busy machine held back would otherwise begin together with the next ones.
/// </summary>
/// <remarks>Thread safe.</remarks>
/// <param name="window">Of the process's own clock.</param>
internal sealed class BeginGate(int count, TimeSpan window, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Queue<long> _begun = new();

    /// <summary>Waits until one more may begin, and counts it.</summary>
    public async Task PassAsync()
    {
        while (TryPass() is { Ticks: > 0 } wait)
            await Task.Delay(wait, clock);
    }

    /// <returns>Zero: it has begun. Otherwise when to ask again.</returns>
    private TimeSpan TryPass()
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            while (_begun.TryPeek(out var oldest) && clock.GetElapsedTime(oldest, now) >= window)
                _begun.Dequeue();
            if (_begun.Count >= count)
                return window - clock.GetElapsedTime(_begun.Peek(), now);
            _begun.Enqueue(now);
            return TimeSpan.Zero;
        }
    }
}

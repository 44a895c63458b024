namespace MailFunctions.Smtp.Rates;

/// <summary>
/// Counts the mails that have begun in this process, and lets no more begin than a limit allows. A slot names the
/// earliest time for a mail; mails that a busy machine delayed would otherwise begin together with the next ones.
/// </summary>
/// <remarks>Thread safe.</remarks>
/// <param name="window">The length of the window, by the process's own clock.</param>
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

    /// <returns>Zero when it has begun; otherwise the time until the next try.</returns>
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

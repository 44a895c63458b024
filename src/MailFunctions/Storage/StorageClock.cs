namespace MailFunctions.Storage;

/// <summary>
/// Keeps the storage service's time. Leases, due times and ages of ids are compared between machines, so they
/// are all measured by the one clock that every machine can read: the Date header of storage answers.
/// </summary>
/// <remarks>
/// A Date header has whole seconds and arrives some time after it was written, so one answer bounds the offset between
/// the clocks from both sides. The offset changes only if an answer contradicts it, and then no further than necessary:
/// a machine whose clock is right keeps its own time. Timers and timestamps are the machine's own. Thread safe.
/// </remarks>
internal sealed class StorageClock(TimeProvider local) : TimeProvider
{
    private static readonly TimeSpan HeaderResolution = TimeSpan.FromSeconds(1);

    private long _offsetTicks;
    private int _observed;

    /// <summary>False until the first answer: until then the time is the machine's own, right or wrong.</summary>
    public bool IsObserved => Volatile.Read(ref _observed) != 0;

    public override TimeZoneInfo LocalTimeZone => local.LocalTimeZone;

    public override long TimestampFrequency => local.TimestampFrequency;

    /// <summary>The machine's own time, for measuring when a request was sent and its answer received.</summary>
    public DateTimeOffset GetLocalUtcNow() => local.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => local.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offsetTicks));

    public override long GetTimestamp() => local.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        local.CreateTimer(callback, state, dueTime, period);

    /// <summary>Adjusts the offset to one answer.</summary>
    /// <param name="sent">The machine's time just before the request.</param>
    /// <param name="received">The machine's time just after the answer.</param>
    /// <param name="serviceDate">The answer's Date header.</param>
    public void Observe(DateTimeOffset sent, DateTimeOffset received, DateTimeOffset serviceDate)
    {
        var lowest = (serviceDate - received).Ticks;
        var highest = (serviceDate + HeaderResolution - sent).Ticks;
        var offset = Interlocked.Read(ref _offsetTicks);
        if (lowest <= highest && (offset < lowest || offset > highest))
            Interlocked.Exchange(ref _offsetTicks, Math.Clamp(offset, lowest, highest));

        Volatile.Write(ref _observed, 1);
    }
}

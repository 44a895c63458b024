using System.Collections.Concurrent;

namespace MailFunctions.Tests.Client;

/// <summary>A clock on which every wait is over at once, and is remembered; only the time-out of a try lasts.</summary>
internal sealed class ImpatientClock(TimeSpan timeout) : TimeProvider
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 42, 17, TimeSpan.Zero);

    private readonly ConcurrentQueue<TimeSpan> _waits = new();

    public IReadOnlyList<TimeSpan> Waits => [.. _waits];

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == timeout || dueTime == Timeout.InfiniteTimeSpan)
            return base.CreateTimer(callback, state, dueTime, period);

        _waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}

namespace MailFunctions.IntegrationTests.Fixtures.Clocks;

/// <summary>Runs so many times slower than the system's, from now on, so that what depends on time comes out on a busy machine as on a fast one.</summary>
internal sealed class SlowClock(int times) : TimeProvider
{
    private readonly DateTimeOffset _start = System.GetUtcNow();
    private readonly long _startStamp = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _start + (System.GetElapsedTime(_startStamp) / times);

    public override long GetTimestamp() => System.GetTimestamp() / times;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(System.CreateTimer(callback, state, Longer(dueTime), Longer(period)), this);

    private TimeSpan Longer(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time * times;

    private sealed class Timer(ITimer timer, SlowClock clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(clock.Longer(dueTime), clock.Longer(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}

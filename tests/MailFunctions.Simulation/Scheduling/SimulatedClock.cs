namespace MailFunctions.Simulation.Scheduling;

/// <summary>The clock of one simulated machine: it may be wrong, but runs at the right speed.</summary>
/// <param name="offset">By how much it is ahead of the true time.</param>
internal sealed class SimulatedClock(World world, Life life, TimeSpan offset) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => world.Now + offset;

    public override long GetTimestamp() => world.Now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(world, life, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimulatedTimer(World world, Life life, TimerCallback callback, object? state) : ITimer
    {
        /// <summary>Counts the changes: what was due by an earlier one does not come.</summary>
        private int _change;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var change = ++_change;
            if (dueTime != Timeout.InfiniteTimeSpan)
                world.After(dueTime, life, () => Fire(change, period));
            return true;
        }

        public void Dispose() => _change++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int change, TimeSpan period)
        {
            if (change != _change)
                return;
            if (period > TimeSpan.Zero)
                world.After(period, life, () => Fire(change, period));
            callback(state);
        }
    }
}

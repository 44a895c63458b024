using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.IntegrationTests.Fixtures.Clocks;

/// <summary>Stands still until a test moves it, and knows who waits on it.</summary>
internal sealed class WatchedClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly Channel<int> _timers = Channel.CreateUnbounded<int>();
    private int _waiting;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Interlocked.Increment(ref _waiting);
        var timer = base.CreateTimer(
            own =>
            {
                Interlocked.Decrement(ref _waiting);
                callback(own);
            },
            state,
            dueTime,
            period);
        _timers.Writer.TryWrite(0);
        return timer;
    }

    /// <summary>Waits for the next timer: until it is set, there is none that could fire.</summary>
    public Task TimerSetAsync() =>
        Eventually.ComesAsync(_timers.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask(), "a timer on the clock");

    /// <summary>Moves on in small steps, each when all who still run wait on this clock, until they have ended.</summary>
    public async Task DriveAsync(IReadOnlyList<Task> running)
    {
        while (running.Any(task => !task.IsCompleted))
        {
            if (Volatile.Read(ref _waiting) == running.Count(task => !task.IsCompleted))
                Advance(Step);
            else
                await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        await Task.WhenAll(running);
    }
}

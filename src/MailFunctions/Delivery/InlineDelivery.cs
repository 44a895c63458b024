using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Smtp.Relays;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>
/// Delivers a mail in the call that accepted it, without waiting for its queue. Its queue message stays hidden meanwhile
/// and takes over whatever this process cannot finish; the claim keeps the two apart.
/// </summary>
internal sealed class InlineDelivery(ClaimGroup groups, RelayRouter router, LaneQueues queues, TimeProvider clock, ILogger<InlineDelivery> logger)
    : IHostedService, IDisposable
{
    /// <summary>The time the queue message is hidden: longer than most deliveries, and short for a mail whose process died.</summary>
    public static readonly TimeSpan NetHiddenFor = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<Task> _running = [];
    private readonly Lock _gate = new();

    /// <summary>True if some relay reserves connections for inline delivery in this process.</summary>
    public bool IsPossible => router.Lines.Any(line => line.Relay.Connections.Inline > 0);

    /// <summary>Begins to deliver. A delivery that has begun is finished even if the caller disconnects.</summary>
    /// <param name="row">The row as inserted, or as a worker has written it since.</param>
    /// <param name="net">The queue message that names it.</param>
    /// <param name="within">No attempt begins later than this.</param>
    /// <returns>True once an outcome is recorded, a deferral included; false if the mail is left to its queue.</returns>
    public Task<bool> Begin(LedgerRow row, PutMessage net, TimeSpan within)
    {
        var delivering = Task.Run(() => DeliverAsync(row, net, within));
        Track(delivering);
        return delivering;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits for the deliveries that have begun.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        Task[] running;
        lock (_gate)
            running = [.. _running];
        await Task.WhenAll(running).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task<bool> DeliverAsync(LedgerRow row, PutMessage net, TimeSpan within)
    {
        var started = clock.GetTimestamp();
        var stopping = _stopping.Token;
        var terms = new GroupTerms(
            $"call {row.Id}", () => !stopping.IsCancellationRequested && clock.GetElapsedTime(started) < within, stopping, IsInline: true);
        try
        {
            // A worker may have met the mail already, if storage was slow to report the insert.
            var isReady = Triage.Of(row, NamedAttempt.NextOf(row), clock.GetUtcNow()) == Verdict.Ready;
            var left = isReady ? await groups.RunAsync([row], terms) : [NamedAttempt.NextOf(row)];
            Track(left.Count == 0 ? queues.TakeBackAsync(net, CancellationToken.None) : queues.ShowAsync(net, CancellationToken.None));
            return left.Count == 0;
        }
        catch (Exception exception)
        {
            // The caller may be gone; the queue message remains and delivers the mail.
            logger.LeftToQueue(row.Id.ToString(), exception.GetType().Name);
            return false;
        }
    }

    /// <summary>Lets the end of the process wait for the task. Failure to change a queue message is ignored.</summary>
    private void Track(Task task)
    {
        lock (_gate)
            _running.Add(task);
        _ = task.ContinueWith(
            ended =>
            {
                _ = ended.Exception;
                lock (_gate)
                    _running.Remove(ended);
            },
            TaskScheduler.Default);
    }
}

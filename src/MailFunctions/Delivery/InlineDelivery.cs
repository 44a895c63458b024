using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Smtp.Relays;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>
/// Delivers a mail in the call that accepted it, without waiting for its queue. Its queue message is hidden meanwhile: it
/// is there for whatever this process cannot finish, and the claim keeps the two apart.
/// </summary>
internal sealed class InlineDelivery(ClaimGroup window, RelayRouter router, LaneQueues queues, TimeProvider clock, ILogger<InlineDelivery> logger)
    : IHostedService, IDisposable
{
    /// <summary>How long the queue message is hidden: longer than most deliveries take, and short for a mail whose process died.</summary>
    public static readonly TimeSpan NetHiddenFor = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<Task> _running = [];
    private readonly Lock _gate = new();

    /// <summary>Some relay has connections for it in this process.</summary>
    public bool IsPossible => router.Lines.Any(line => line.Relay.Connections.Prompt > 0);

    /// <summary>Begins to deliver. What is begun is finished, whatever becomes of the caller.</summary>
    /// <param name="row">As it was inserted.</param>
    /// <param name="net">The queue message that names it.</param>
    /// <param name="within">No attempt begins later than this.</param>
    /// <returns>True once something has become of the mail and is recorded, be it that it waits; false when it is left to its queue.</returns>
    public Task<bool> Begin(LedgerRow row, PutMessage net, TimeSpan within)
    {
        var delivering = Task.Run(() => DeliverAsync(row, net, within));
        Track(delivering);
        return delivering;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits for what has begun.</summary>
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
            var left = await window.RunAsync([row], terms);
            Track(left.Count == 0 ? queues.TakeBackAsync(net, CancellationToken.None) : queues.ShowAsync(net, CancellationToken.None));
            return left.Count == 0;
        }
        catch (Exception exception)
        {
            // Nobody waits for it any more, perhaps; the queue message does.
            logger.LeftToQueue(row.Id.ToString(), exception.GetType().Name);
            return false;
        }
    }

    /// <summary>The end of the process waits for it; a queue message that could not be touched is no failure.</summary>
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

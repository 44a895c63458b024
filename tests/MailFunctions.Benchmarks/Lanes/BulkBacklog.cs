using Azure.Storage.Queues.Models;
using MailFunctions.Mail;
using MailFunctions.Queue;

namespace MailFunctions.Benchmarks.Lanes;

/// <summary>Bulk mail as the accept of many at once leaves it: chunks of a hundred neighbours, the queue message before the rows.</summary>
internal sealed class BulkBacklog(Workbench workbench, Sink sink)
{
    /// <summary>Time to write a mail's row, at the least that is expected of an emulator.</summary>
    private static readonly TimeSpan Write = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private int _queued;

    /// <summary>Mails that the relay has not seen yet.</summary>
    public int Waiting => _queued - sink.BulkMails;

    /// <summary>Queues them, hidden until all are there, and returns when the first has reached the relay.</summary>
    public async Task FillAsync(int mails, CancellationToken cancellationToken)
    {
        var clock = workbench.Get<TimeProvider>();
        var appearance = clock.GetUtcNow() + (mails * Write);
        while (_queued < mails)
        {
            var ids = EmailId.Mint(clock.GetUtcNow(), Math.Min(LaneMessage.MaxMails, mails - _queued));
            await workbench.Get<LaneQueues>().PutAsync(Lane.Bulk, [.. ids.Select(id => new NamedAttempt(id, 1))], appearance - clock.GetUtcNow(), cancellationToken);
            await Stock.InsertAsync(workbench.Storage, ids.Select((id, index) => Stock.Row(id, Lane.Bulk, Sink.BulkRecipient(_queued + index))), cancellationToken);
            _queued += ids.Length;
        }

        while (sink.BulkMails == 0)
            await Task.Delay(LookAgain, TimeProvider.System, cancellationToken);
    }

    /// <summary>Takes the mail that waits off the queue, and returns when what was begun is done.</summary>
    public async Task DropAsync(CancellationToken cancellationToken)
    {
        sink.BulkDelay = TimeSpan.Zero;
        var queue = workbench.Storage.Queue(Lane.Bulk);
        int before, left;
        do
        {
            await queue.ClearMessagesAsync(cancellationToken);
            before = sink.BulkMails;
            await Task.Delay(3 * LookAgain, TimeProvider.System, cancellationToken);
            QueueProperties properties = await queue.GetPropertiesAsync(cancellationToken);
            left = properties.ApproximateMessagesCount;
        }
        while (sink.BulkMails != before || left > 0);
    }
}

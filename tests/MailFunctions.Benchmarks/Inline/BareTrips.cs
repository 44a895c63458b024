using Azure.Data.Tables;
using Azure.Storage.Queues;
using MailFunctions.Benchmarks.Sending;
using MailFunctions.Delivery;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace MailFunctions.Benchmarks.Inline;

/// <summary>What one mail cannot do without, made by the same clients and one after the other: nothing is validated, composed, judged or logged.</summary>
internal sealed class BareTrips : IAsyncDisposable
{
    public const string Description =
        "five calls to storage, of the same content (a hidden queue message, the ledger row, its claim, the event, the row's end), and one transaction of MailKit over a connection that stays open.";

    private readonly QueueClient _queue;
    private readonly TableClient _rows;
    private readonly TableClient _events;
    private readonly SmtpClient _relay;
    private readonly MimeMessage _message;

    private BareTrips(QueueClient queue, TableClient rows, TableClient events, SmtpClient relay, MimeMessage message) =>
        (_queue, _rows, _events, _relay, _message) = (queue, rows, events, relay, message);

    public static async Task<BareTrips> OpenAsync(Workbench workbench, int port, CancellationToken cancellationToken)
    {
        var queue = workbench.Storage.Queue("bare");
        var (rows, events) = (workbench.Storage.Table("BareRows"), workbench.Storage.Table("BareEvents"));
        await queue.CreateAsync(cancellationToken: cancellationToken);
        await rows.CreateAsync(cancellationToken);
        await events.CreateAsync(cancellationToken);
        var relay = new SmtpClient();
        await relay.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None, cancellationToken);
        return new BareTrips(queue, rows, events, relay, MailKitSender.Compose());
    }

    public async Task<TimeSpan> MakeAsync(CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var accepted = Stock.Row(EmailId.Mint(now)[0], Lane.Transactional, "ada@example.com") with { Content = new StoredContent(PipelineSender.Stored, null) };
        var claim = new Claim(WriteToken.New(), now, EventKey.OfAttempt(accepted.Id, 1, now), "relay");
        var claimed = accepted.StoredAs(default) with { State = EmailState.Sending, Attempt = 1, EventMinutes = [claim.Event.PartitionKey], Claim = claim };
        var sent = claimed.StoredAs(default) with
        {
            State = EmailState.Sent,
            Recipients = [accepted.Recipients[0] with { Status = RecipientStatus.Sent, Attempt = 1, Reply = new SmtpReply(SmtpStage.FinalDot, 250, "2.0.0", "Ok: queued") }],
            Claim = null,
            EndedAt = now,
            Bytes = 4000,
        };

        var began = TimeProvider.System.GetTimestamp();
        var put = await _queue.SendMessageAsync(new LaneMessage([NamedAttempt.NextOf(accepted)]).ToBody(), InlineDelivery.NetHiddenFor, timeToLive: null, cancellationToken);
        var inserted = await _rows.AddEntityAsync(LedgerRowMapping.ToInsert(accepted), cancellationToken);
        var updated = await _rows.UpdateEntityAsync(LedgerRowMapping.ToUpdate(claimed), inserted.Headers.ETag!.Value, TableUpdateMode.Merge, cancellationToken);
        await _relay.SendAsync(_message, cancellationToken);
        await _events.AddEntityAsync(EmailEventMapping.ToEntity(Ended(sent, claim, now)), cancellationToken);
        await _rows.UpdateEntityAsync(LedgerRowMapping.ToUpdate(sent), updated.Headers.ETag!.Value, TableUpdateMode.Merge, cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(began);

        // An emulator grows slower with what lies in its queues.
        await _queue.DeleteMessageAsync(put.Value.MessageId, put.Value.PopReceipt, cancellationToken);
        return took;
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.DisconnectAsync(quit: true);
        _relay.Dispose();
        _message.Dispose();
    }

    private static EmailEvent Ended(LedgerRow row, Claim claim, DateTimeOffset now) => new()
    {
        Key = claim.Event,
        Id = row.Id,
        Kind = EventKind.Attempt,
        Attempt = 1,
        At = now,
        Lane = row.Lane,
        Relay = claim.Relay,
        SendableAt = row.AcceptedAt,
        Bytes = 4000,
        Recipients = row.Recipients,
        State = EmailState.Sent,
        Token = WriteToken.New(),
    };
}

using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Suppression;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Unsubscription;

/// <summary>
/// Carries out an unsubscription: the suppression, which is what was promised to the recipient, then the note in the mail's
/// row, then the event that the note names.
/// </summary>
/// <remarks>Each write may be repeated. A crash in between leaves what is written so far, and the recipient's next try does the rest.</remarks>
internal sealed class Unsubscriber(
    UnsubscribeKeys keys, Unsubscriptions unsubscriptions, EmailLedger ledger, EventLog events, TimeProvider clock, ILogger<Unsubscriber> logger)
{
    /// <summary>Reads a token and does what it says; a token that no key has made does nothing.</summary>
    public async Task ActAsync(string token, CancellationToken cancellationToken)
    {
        var key = UnsubscribeToken.KeyOf(token) is { } number ? await keys.FindAsync(number, cancellationToken) : null;
        if (UnsubscribeToken.Read(token, key) is not { } subscription)
            return;

        await unsubscriptions.AddAsync(subscription.Mailbox, subscription.Topic, cancellationToken);
        await RecordAsync(subscription.Email, cancellationToken);
    }

    /// <summary>Records it in the history of the mail, unless that is purged, or a newer version of the app wrote it.</summary>
    private async Task RecordAsync(EmailId id, CancellationToken cancellationToken)
    {
        while ((await ledger.ReadManyOrSkipAsync([id], cancellationToken)).GetValueOrDefault(id) is { } row && row.State != EmailState.Void)
        {
            var now = clock.GetUtcNow();
            var isFirst = row.Unsubscribed is null;
            if (isFirst)
            {
                // The row first: the event is found, purged and erased by it.
                var noted = await ledger.TryUpdateAsync(row with { UnsubscribedMinute = MinutePartition.Key(id.Shard, now) }, cancellationToken);
                if (noted is null)
                    continue;
                row = noted;
            }

            await events.InsertOrAdoptAsync(EventOf(row, isFirst ? now : MinutePartition.MinuteOf(row.UnsubscribedMinute!)), cancellationToken);
            if (isFirst)
                logger.Unsubscribed(id.ToString());
            return;
        }
    }

    private static EmailEvent EventOf(LedgerRow row, DateTimeOffset at) => new()
    {
        Key = row.Unsubscribed!,
        Id = row.Id,
        Kind = EventKind.Unsubscription,
        Attempt = row.Attempt,
        At = at,
        Lane = row.Lane,
        SendableAt = row.SendableAt,
        Tags = row.Tags,
        // As the row names it: an erased recipient stays erased.
        Recipients = row.Recipients,
        State = row.State,
        Reason = row.Topic is { } topic ? $"The recipient left the topic {topic}." : "The recipient left bulk mail.",
        Token = WriteToken.New(),
    };
}

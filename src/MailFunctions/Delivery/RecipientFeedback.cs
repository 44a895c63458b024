using MailFunctions.Mail;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.Suppression;

namespace MailFunctions.Delivery;

/// <summary>
/// Tells the suppression list what became of mail, after that is recorded: by the row, so that a worker which meets the queue
/// message of a mail that has ended can do it again after a crash.
/// </summary>
internal sealed class RecipientFeedback(AutomaticSuppression suppression, SandboxRules sandbox, TimeProvider clock)
{
    /// <summary>The time after the end of a mail in which its queue message can still be that of a crash.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    /// <param name="rows">Rows with the outcome of their last attempt, or with their end.</param>
    public Task NoteAsync(IEnumerable<LedgerRow> rows, CancellationToken cancellationToken) =>
        suppression.IsOn ? suppression.NoteAsync([.. rows.SelectMany(row => NewsOf(row, clock.GetUtcNow()))], cancellationToken) : Task.CompletedTask;

    /// <summary>
    /// Does the same for the failures of a mail whose queue message shows after its attempt has ended. Successes are left out: what
    /// came after one may be newer than it.
    /// </summary>
    public Task NoteAgainAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return suppression.IsOn && (row.State.IsOpen() || row.EndedAt > now - Recent)
            ? suppression.NoteAsync([.. NewsOf(row, now).Where(news => news.Fate != RecipientFate.Reached)], cancellationToken)
            : Task.CompletedTask;
    }

    /// <summary>Returns what the last attempt settled, and whom the end of the mail leaves unreached.</summary>
    private IEnumerable<RecipientNews> NewsOf(LedgerRow row, DateTimeOffset now)
    {
        var isAlone = row.Recipients.Count == 1;
        foreach (var recipient in row.Recipients)
        {
            if (recipient.Reply is not { } reply || !sandbox.Mails(recipient.Mailbox))
                continue;
            var isOfLast = recipient.Attempt == row.Attempt;
            RecipientFate? fate = (recipient.Status, RecipientFailure.Of(reply, isAlone)) switch
            {
                (RecipientStatus.Sent, _) when isOfLast && reply.Code is (250 or 251 or 252) => RecipientFate.Reached,
                (RecipientStatus.Rejected, RecipientFailureKind.Hard) when isOfLast => RecipientFate.HardFailure,
                (RecipientStatus.Rejected, RecipientFailureKind.Soft) when isOfLast => RecipientFate.SoftFailure,
                (RecipientStatus.Deferred, not null) when row.State is EmailState.Expired or EmailState.Failed or EmailState.Partial => RecipientFate.SoftFailure,
                _ => null,
            };
            if (fate is { } known)
                yield return new RecipientNews(recipient.Mailbox, row.Id, known, reply, row.EndedAt ?? now);
        }
    }
}

using System.Globalization;
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

    /// <summary>Does the same for a mail whose queue message shows after its end.</summary>
    public Task NoteAgainAsync(LedgerRow row, CancellationToken cancellationToken) =>
        row.EndedAt > clock.GetUtcNow() - Recent ? NoteAsync([row], cancellationToken) : Task.CompletedTask;

    private IEnumerable<RecipientNews> NewsOf(LedgerRow row, DateTimeOffset now)
    {
        var hasEnded = !row.State.IsOpen();
        foreach (var recipient in row.Recipients)
        {
            // Of an open mail, what earlier attempts heard is known.
            if (recipient.Reply is not { } reply || (!hasEnded && recipient.Attempt != row.Attempt) || !sandbox.Mails(recipient.Mailbox))
                continue;
            var isAlone = row.Recipients.Count == 1;
            RecipientFate? fate = (recipient.Status, RecipientFailure.Of(reply, isAlone)) switch
            {
                (RecipientStatus.Sent, _) when reply.Code is 250 or 251 or 252 => RecipientFate.Reached,
                (RecipientStatus.Rejected, RecipientFailureKind.Hard) => RecipientFate.HardFailure,
                (RecipientStatus.Rejected, RecipientFailureKind.Soft) => RecipientFate.SoftFailure,
                (RecipientStatus.Deferred, not null) when row.State is EmailState.Expired or EmailState.Failed or EmailState.Partial => RecipientFate.SoftFailure,
                _ => null,
            };
            if (fate is { } known)
                yield return new RecipientNews(recipient.Mailbox, row.Id.ToString(), known, CodeOf(reply), row.EndedAt ?? now);
        }
    }

    private static string CodeOf(SmtpReply reply) =>
        string.Create(CultureInfo.InvariantCulture, $"{reply.Code} {reply.EnhancedCode}").TrimEnd();
}

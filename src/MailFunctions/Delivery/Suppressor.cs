using System.Globalization;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Suppression;

namespace MailFunctions.Delivery;

/// <summary>Takes recipients that must not be mailed out of mails that are about to be attempted.</summary>
/// <remarks>
/// What it settles is written by the next write of the row, whichever that is: the claim, the wait, or the ending. Lost
/// before that it is settled again, for an envelope is made of open recipients and nothing gets there without this check.
/// </remarks>
internal sealed class Suppressor(SuppressionList list, TerminalStates terminal, TimeProvider clock)
{
    /// <returns>The rows that have somebody left to mail; and mails to look at again, since somebody else wrote their rows.</returns>
    public async Task<(IReadOnlyList<LedgerRow> Allowed, IReadOnlyList<NamedAttempt> Again)> ApplyAsync(IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken)
    {
        var snapshot = await list.CurrentAsync(cancellationToken);
        var allowed = new List<LedgerRow>(rows.Count);
        var again = new List<NamedAttempt>();
        foreach (var row in rows)
        {
            var settled = Settle(row, snapshot, clock.GetUtcNow());
            if (settled.Recipients.Any(recipient => recipient.IsOpen))
                allowed.Add(settled);
            else if (!await terminal.TryEndAsync(settled, OutcomeRules.Settled(settled.Recipients), Why(settled), cancellationToken))
                again.Add(NamedAttempt.NextOf(row));
        }

        return (allowed, again);
    }

    /// <summary>The row as the next attempt is to see it. The same row when nobody is suppressed.</summary>
    internal static LedgerRow Settle(LedgerRow row, SuppressionSnapshot snapshot, DateTimeOffset now)
    {
        if (snapshot.Count == 0)
            return row;
        Recipient[] recipients = [.. row.Recipients.Select(recipient => recipient.IsOpen && snapshot.Find(recipient.Mailbox, row.Lane, now) is { } found
            ? recipient with { Status = RecipientStatus.Suppressed, Attempt = row.Attempt + 1, Reply = ReplyOf(found) }
            : recipient)];
        return recipients.SequenceEqual(row.Recipients) ? row : row with { Recipients = recipients };
    }

    /// <summary>
    /// A mail that comes back from a person has an ending that told of its suppressed recipients: no later event tells, and
    /// counts, them again.
    /// </summary>
    internal static LedgerRow MarkReported(LedgerRow row) => row with
    {
        Recipients = [.. row.Recipients.Select(recipient => recipient.IsSuppressed && recipient.Attempt > row.Attempt ? recipient with { Attempt = row.Attempt } : recipient)],
    };

    private static SmtpReply ReplyOf(Suppressed found)
    {
        var why = found == Suppressed.Unreadable
            ? "an entry that this version of the app cannot read"
            : string.Create(CultureInfo.InvariantCulture, $"{found.Reason.Name()}, since {found.CreatedAt:yyyy-MM-dd}");
        return new SmtpReply(SmtpStage.Local, 0, null, $"On the suppression list: {why}");
    }

    private static string Why(LedgerRow row) => row.Recipients.All(recipient => recipient.IsSuppressed)
        ? "Every recipient is on the suppression list."
        : "The recipients that were left are on the suppression list.";
}

using System.Globalization;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Smtp.Replies;
using MailFunctions.Suppression;

namespace MailFunctions.Delivery;

/// <summary>Removes suppressed recipients from mails that are about to be attempted.</summary>
/// <remarks>
/// The change is stored with the next write of the row, whether claim, deferral or ending. If it is lost before
/// that, it is made again: an envelope consists of open recipients, and every one passes this check.
/// </remarks>
internal sealed class Suppressor(SuppressionList list, TerminalStates terminal, TimeProvider clock)
{
    /// <returns>The rows with recipients left to mail, and the mails to look at again because another worker wrote their rows.</returns>
    public async Task<(IReadOnlyList<LedgerRow> Allowed, IReadOnlyList<NamedAttempt> Again)> LeaveOutAsync(IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken)
    {
        var snapshot = await list.OfAsync(rows.SelectMany(KeysOf), cancellationToken);
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

    /// <summary>The row as the next attempt must see it; the same row if no recipient is suppressed.</summary>
    internal static LedgerRow Settle(LedgerRow row, SuppressionSnapshot snapshot, DateTimeOffset now)
    {
        if (snapshot.Count == 0)
            return row;
        var isAlone = row.Recipients.Count == 1;
        Recipient[] recipients = [.. row.Recipients.Select(recipient => recipient.IsOpen && snapshot.Find(recipient.Mailbox, row.Lane, now, row.Topic, exceptAutomatic: IsTriedAgain(recipient, isAlone)) is { } found
            ? recipient with { Status = RecipientStatus.Suppressed, Attempt = row.Attempt + 1, Reply = ReplyOf(found) }
            : recipient)];
        return recipients.SequenceEqual(row.Recipients) ? row : row with { Recipients = recipients };
    }

    /// <summary>
    /// Marks suppressed recipients as reported. A released mail had an ending that reported them; no later event may report,
    /// and count, them again.
    /// </summary>
    internal static LedgerRow MarkReported(LedgerRow row) => row with
    {
        Recipients = [.. row.Recipients.Select(recipient => recipient.IsSuppressed && recipient.Attempt > row.Attempt ? recipient with { Attempt = row.Attempt } : recipient)],
    };

    /// <summary>
    /// Tests whether a person had a recipient tried again whose address was refused for good. The entry that the refusal made is
    /// removed then, which a copy of the list may not know yet.
    /// </summary>
    private static bool IsTriedAgain(Recipient recipient, bool isAlone) =>
        recipient is { Status: RecipientStatus.Deferred, Reply: { } reply } && RecipientFailure.Of(reply, isAlone) == RecipientFailureKind.Hard;

    private static IEnumerable<SuppressionKey> KeysOf(LedgerRow row) =>
        row.Recipients.Where(recipient => recipient.IsOpen).SelectMany(recipient => SuppressionKey.ThatStop(recipient.Mailbox, row.Lane, row.Topic));

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

using System.Globalization;
using MailFunctions.Mail;
using MailFunctions.Suppression;

namespace MailFunctions.Api.Emails;

/// <summary>Explains why a mail left out a recipient whose address the app suppressed itself.</summary>
internal sealed class SuppressionOutlook(SuppressionTable table, TimeProvider clock)
{
    /// <returns>Null when no recipient was left out for an entry of the app that is still in force.</returns>
    public async Task<string?> SentenceAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        foreach (var recipient in row.Recipients.Where(recipient => recipient.IsSuppressed))
        {
            var entry = (await table.FindAsync(recipient.Mailbox, topic: null, cancellationToken)).FirstOrDefault(entry => entry.Mail is not null && entry.IsInForce(clock.GetUtcNow()));
            if (entry is not null)
                return Sentence(entry);
        }

        return null;
    }

    private static string Sentence(SuppressionEntry entry) => string.Create(
        CultureInfo.InvariantCulture,
        $"The app suppressed the address by itself on {entry.CreatedAt:yyyy-MM-dd}, after mail {entry.Mail}: {entry.Note}. The entry ends on {entry.ExpiresAt:yyyy-MM-dd}, with the next success, or by DELETE suppressions/{{address}}.");
}

using System.Text.Json;
using MailFunctions.Http.Requests;
using MailFunctions.Mail;

namespace MailFunctions.Api.Emails;

/// <summary>Writes the answers for accepted mail.</summary>
internal static class AcceptedAnswers
{
    /// <summary>Writes the answer as of the accept, so that a repeated idempotent request gets the same one.</summary>
    public static byte[] Of(LedgerRow row) => JsonSerializer.SerializeToUtf8Bytes(
        new(row.Id.ToString(), StateOf(row).Name(), row.Lane.Name(), row.AcceptedAt, row.ScheduledAt, row.ExpiresAt, row.Recipients.Count),
        ContractsJson.Default.AcceptedAnswer);

    public static byte[] Of(EmailId batch, IReadOnlyList<LedgerRow> rows, ErrorList faults) => JsonSerializer.SerializeToUtf8Bytes(
        new(batch.ToString(), [.. rows.Select(row => new AcceptedId(row.Id.ToString()))], faults.Any ? faults.Listed : null),
        ContractsJson.Default.AcceptedBatchAnswer);

    private static EmailState StateOf(LedgerRow row) => row.SendableAt > row.AcceptedAt ? EmailState.Scheduled : EmailState.Queued;
}

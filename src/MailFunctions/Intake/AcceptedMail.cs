using MailFunctions.Http.Requests;
using MailFunctions.Mail;

namespace MailFunctions.Intake;

/// <summary>The mail that a request has committed.</summary>
/// <param name="Batch">The id of the batch; null for a single mail.</param>
/// <param name="Rows">The committed rows in the order of the request, including those of an earlier try.</param>
/// <param name="Faults">The errors of the emails of a batch that are left out.</param>
internal sealed record AcceptedMail(EmailId? Batch, IReadOnlyList<LedgerRow> Rows, ErrorList Faults)
{
    /// <summary>The id that the caller gets: the batch's, or that of the single mail.</summary>
    public EmailId Id => Batch ?? Rows[0].Id;

    /// <summary>
    /// The delivery that the call itself has begun: true once an outcome is recorded, false if the mail is left to its queue.
    /// Null when nothing but the queue delivers.
    /// </summary>
    public Task<bool>? Delivery { get; init; }
}

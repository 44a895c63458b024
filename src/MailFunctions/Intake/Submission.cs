using MailFunctions.Http.Requests;
using MailFunctions.Mail;

namespace MailFunctions.Intake;

/// <summary>What a request asks to be accepted, all of it valid.</summary>
/// <param name="Faults">What is wrong with the emails of a batch that are left out.</param>
internal sealed record Submission(IReadOnlyList<EmailDraft> Drafts, ErrorList Faults)
{
    /// <summary>By the index of the email: what an earlier try of the request has accepted, which is not judged again.</summary>
    public IReadOnlyDictionary<int, LedgerRow> Accepted { get; init; } = EarlierTry.Nothing;
}

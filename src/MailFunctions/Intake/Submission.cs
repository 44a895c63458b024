using MailFunctions.Http.Requests;
using MailFunctions.Mail;

namespace MailFunctions.Intake;

/// <summary>The valid emails that a request asks to accept.</summary>
/// <param name="Faults">The errors of the emails of a batch that are left out.</param>
internal sealed record Submission(IReadOnlyList<EmailDraft> Drafts, ErrorList Faults)
{
    /// <summary>
    /// The mails that an earlier try of the request has accepted, by the index of the email; they are not validated again.
    /// </summary>
    public IReadOnlyDictionary<int, LedgerRow> Accepted { get; init; } = EarlierTry.Nothing;

    public CommitProgress Progress { get; } = new();

    /// <summary>Returns the submission with the id of the API key that makes it in every draft.</summary>
    public Submission By(string? key) => key is null ? this : this with { Drafts = [.. Drafts.Select(draft => draft with { Key = key })] };
}

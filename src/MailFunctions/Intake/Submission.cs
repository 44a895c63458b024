using MailFunctions.Requests;

namespace MailFunctions.Intake;

/// <summary>What a request asks to be accepted, all of it valid.</summary>
/// <param name="Faults">What is wrong with the emails of a permissive batch that are left out.</param>
internal sealed record Submission(IReadOnlyList<EmailDraft> Drafts, ErrorList Faults);

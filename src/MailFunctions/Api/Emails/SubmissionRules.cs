using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Keys.Callers;
using MailFunctions.Keys.Quotas;

namespace MailFunctions.Api.Emails;

/// <summary>Holds submitted mail against the limits of the caller's key.</summary>
internal static class SubmissionRules
{
    /// <returns>The field that the app allows but the caller's key does not; null when there is none.</returns>
    public static Refusal? Refuses(this Caller caller, EmailDraft draft) => caller.Refuses(new ProposedMail(
        draft.Content.From,
        draft.Lane,
        draft.Content.To.Concat(draft.Content.Cc).Concat(draft.Bcc),
        draft.Content.Headers.Select(header => header.Name),
        draft.Template));

    /// <returns>The caller's API key and its makers, each with its quotas; none for other callers.</returns>
    public static IReadOnlyList<QuotaHolder> Quotas(this Caller caller) => [.. caller.Keys.Select(key => new QuotaHolder(key.Id, key.Limits.Quotas))];

    /// <returns>The refusal of a mail that was submitted alone, as a problem.</returns>
    public static Problem? RefusesAlone(this Caller caller, EmailDraft draft) => caller.Refuses(draft) is { } refusal
        ? Problem.RestrictedApiKey($"The `{refusal.Field}` field {refusal.Message}.") with { Errors = [new ProblemError(refusal.Message, Pointer: $"/{refusal.Field}")] }
        : null;
}

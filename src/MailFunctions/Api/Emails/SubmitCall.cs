using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Mail;
using MailFunctions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Api.Emails;

/// <summary><c>POST emails</c>.</summary>
internal class SubmitCall(EmailRequest request, Acceptance acceptance, ILogger logger) : IntakeCall
{
    public override string Operation => "emails";

    public override int MaxValues => EmailLimits.JsonValues;

    protected Acceptance Acceptance => acceptance;

    public override OrProblem<Submission> Parse(RequestDocument document, DateTimeOffset now, RequestLookups lookups, IReadOnlyDictionary<int, LedgerRow> accepted) =>
        accepted.Count > 0 ? new Submission([], new ErrorList()) { Accepted = accepted } : request.Parse(document, now, lookups);

    public override async Task<byte[]> AcceptAsync(Submission submission, IdempotencyEntry? entry, CancellationToken cancellationToken)
    {
        var row = submission.Accepted.TryGetValue(0, out var before) ? before : await CommitAsync(submission.Drafts[0], entry, cancellationToken);
        logger.Accepted(row.Id.ToString(), row.Lane.Name(), row.Recipients.Count);
        return AcceptedAnswers.Of(row);
    }

    /// <returns>The committed row.</returns>
    protected virtual Task<LedgerRow> CommitAsync(EmailDraft draft, IdempotencyEntry? entry, CancellationToken cancellationToken) =>
        acceptance.AcceptAsync(draft, entry, cancellationToken);

    public static string LocationOf(HttpRequest request, string id) => $"{request.PathBase}{request.Path}/{id}";
}

using MailFunctions.Api.Emails;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Mail;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Api.Resend;

/// <summary><c>POST resend/emails</c>.</summary>
/// <param name="ignored">Collects the ignored fields.</param>
internal sealed class ResendSubmitCall(ResendCaller caller, EmailRequest emails, Acceptance acceptance, IgnoredFields ignored, ILogger logger) : IntakeCall
{
    public override string Operation => "resend/emails";

    public override int MaxValues => EmailLimits.JsonValues;

    public override bool TakesBytes => true;

    /// <summary>A <c>path</c> is a URL in Resend's API, and is refused (<see cref="ResendDialect"/>).</summary>
    public override bool NamesFiles => false;

    public override OrProblem<Submission> Parse(RequestDocument document, DateTimeOffset now, RequestLookups lookups, IReadOnlyDictionary<int, LedgerRow> accepted)
    {
        if (accepted.Count > 0)
            return new Submission([], new ErrorList()) { Accepted = accepted };

        var errors = new ErrorList();
        errors.AddAll(document.Errors);
        var submission = emails.Parse(new RequestDocument(ResendDialect.Email(document.Root, caller.DefaultLane, now, errors, ignored), errors), now, lookups);
        return submission.Succeeded && caller.RefusesAlone(submission.Value.Drafts[0]) is { } refused ? refused : submission;
    }

    public override async Task<byte[]> AcceptAsync(Submission submission, IdempotencyEntry? entry, CancellationToken cancellationToken)
    {
        var row = submission.Accepted.TryGetValue(0, out var before) ? before : await acceptance.AcceptAsync(submission.Drafts[0], entry, cancellationToken);
        logger.Accepted(row.Id.ToString(), row.Lane.Name(), row.Recipients.Count);
        return ResendId.Of(row);
    }
}

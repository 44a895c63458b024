using MailFunctions.Api.Emails;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Mail;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Api.Resend;

/// <summary><c>POST resend/emails/batch</c>.</summary>
/// <param name="ignored">Collects the ignored fields.</param>
/// <param name="permissive">Leaves invalid emails out; otherwise one invalid email refuses all.</param>
internal sealed class ResendBatchCall(ResendCaller caller, BatchRequest batches, bool permissive, Acceptance acceptance, IgnoredFields ignored, ILogger logger) : IntakeCall
{
    /// <summary>The limit of Resend.</summary>
    public const int MostEmails = 100;

    public override string Operation => permissive ? "resend/emails/batch permissive" : "resend/emails/batch";

    public override int MaxValues => EmailLimits.BatchJsonValues;

    public override bool TakesBytes => true;

    public override bool NamesFiles => false;

    public override OrProblem<Submission> Parse(RequestDocument document, DateTimeOffset now, RequestLookups lookups, IReadOnlyDictionary<int, LedgerRow> accepted)
    {
        var errors = new ErrorList();
        errors.AddAll(document.Errors);
        if (!document.Root.IsArray)
        {
            errors.Add(document.Root, $"must be an array of emails, not {document.Root.KindName}");
            return errors.ToProblem();
        }

        // A batch with too many emails is refused for their number, without work for each.
        var items = document.Root.Items.Count <= MostEmails ? document.Root.Items : [];
        var faults = items.ToDictionary(email => email.Pointer, _ => new ErrorList());
        var emails = items.Count == 0 ? document.Root : document.Root.WithItems([.. items.Select(email => ResendDialect.Email(email, caller.DefaultLane, now, faults[email.Pointer], ignored))]);
        var terms = new BatchTerms(permissive, MostEmails, FirstErrorOnly: true, Rule: caller.Refuses, Found: email => faults[email.Pointer]) { Accepted = accepted };
        return batches.Parse(new RequestDocument(emails, errors), terms, now, lookups);
    }

    public override async Task<byte[]> AcceptAsync(Submission submission, IdempotencyEntry? entry, CancellationToken cancellationToken)
    {
        var (batch, rows) = await acceptance.AcceptBatchAsync(submission, entry, cancellationToken);
        logger.AcceptedBatch(batch.ToString(), rows.Length);
        return ResendBatchAnswer.Of(rows, permissive || submission.Faults.Any ? submission.Faults : null);
    }
}

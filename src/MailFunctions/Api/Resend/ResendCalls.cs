using MailFunctions.Api.Emails;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Api.Resend;

/// <summary>
/// The two calls that submit mail in Resend's dialect. A <c>path</c> is a URL in Resend's API, and is refused
/// (<see cref="ResendDialect"/>), so that no file is looked up.
/// </summary>
internal sealed class ResendCalls(EmailRequest emails, BatchRequest batches, Acceptance acceptance)
{
    /// <summary>The limit of Resend.</summary>
    private const int MostEmails = 100;

    /// <summary><c>POST resend/emails</c>.</summary>
    /// <param name="ignored">Collects the ignored fields.</param>
    public IntakeCall SingleMail(Caller caller, IgnoredFields ignored) => new()
    {
        Caller = caller,
        Operation = "resend/emails",
        MaxValues = EmailLimits.JsonValues,
        TakesBytes = true,
        NamesFiles = false,
        Read = IntakeCall.ReaderOfOne((document, now, lookups) => ReadOne(document, now, lookups, caller, ignored)),
        Accept = acceptance.AcceptAsync,
        Answer = accepted => ResendId.Of(accepted.Rows[0]),
    };

    /// <summary><c>POST resend/emails/batch</c>.</summary>
    /// <param name="permissive">True to leave invalid emails out; otherwise one invalid email refuses all.</param>
    /// <param name="ignored">Collects the ignored fields.</param>
    public IntakeCall Batch(Caller caller, bool permissive, IgnoredFields ignored) => new()
    {
        Caller = caller,
        Operation = permissive ? "resend/emails/batch permissive" : "resend/emails/batch",
        MaxValues = EmailLimits.BatchJsonValues,
        TakesBytes = true,
        NamesFiles = false,
        Read = (document, now, lookups, accepted) =>
            ReadMany(document, new BatchTerms(permissive, MostEmails, FirstErrorOnly: true, Rule: caller.Refuses) { Accepted = accepted }, now, lookups, caller, ignored),
        Accept = acceptance.AcceptBatchAsync,
        Answer = accepted => ResendBatchAnswer.Of(accepted.Rows, permissive || accepted.Faults.Any ? accepted.Faults : null),
    };

    private OrProblem<Submission> ReadOne(RequestDocument document, DateTimeOffset now, RequestLookups lookups, Caller caller, IgnoredFields ignored)
    {
        var errors = new ErrorList();
        errors.AddAll(document.Errors);
        var submission = emails.Parse(new RequestDocument(ResendDialect.Email(document.Root, caller.DefaultLane, now, errors, ignored), errors), now, lookups);
        return submission.Succeeded && caller.RefusesAlone(submission.Value.Drafts[0]) is { } refused ? refused : submission;
    }

    private OrProblem<Submission> ReadMany(
        RequestDocument document, BatchTerms terms, DateTimeOffset now, RequestLookups lookups, Caller caller, IgnoredFields ignored)
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
        var translated = items.Count == 0 ? document.Root : document.Root.WithItems([.. items.Select(email => ResendDialect.Email(email, caller.DefaultLane, now, faults[email.Pointer], ignored))]);
        return batches.Parse(new RequestDocument(translated, errors), terms with { Found = email => faults[email.Pointer] }, now, lookups);
    }
}

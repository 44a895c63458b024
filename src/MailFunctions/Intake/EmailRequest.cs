using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Mail;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.Unsubscription;

namespace MailFunctions.Intake;

/// <summary>Reads the body of <c>POST emails</c>: one email.</summary>
/// <param name="headers">Null for the strict policy.</param>
/// <param name="links">Null where no mail can have an unsubscribe link.</param>
internal sealed class EmailRequest(AllowedSenders senders, SandboxRules sandbox, HeaderPolicy? headers = null, UnsubscribeLinks? links = null)
{
    /// <param name="now">The time against which its times are validated.</param>
    /// <param name="lookups">The templates and files that it names.</param>
    /// <param name="defaultLane">The lane of mail that names none.</param>
    public OrProblem<Submission> Parse(RequestDocument document, DateTimeOffset now, RequestLookups lookups, Lane defaultLane = Lane.Transactional)
    {
        var errors = new ErrorList();
        errors.AddAll(document.Errors);
        var draft = new EmailRequestParser(errors, now, lookups, sandbox, headers: headers, defaultLane: defaultLane, links: links).Parse(document.Root);
        if (draft is null || errors.Any)
            return errors.ToProblem();

        var from = draft.Content.From;
        return senders.Allows(from) && !senders.LacksKey(from)
            ? new Submission([draft], new ErrorList())
            : Problem.SenderNotAllowed(from.Domain, lacksKey: senders.Allows(from));
    }
}

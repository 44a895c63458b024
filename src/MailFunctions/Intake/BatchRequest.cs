using System.Globalization;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Mail;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.Smtp.Signing;
using MailFunctions.Unsubscription;

namespace MailFunctions.Intake;

/// <summary>
/// Reads the body of <c>POST emails/batch</c>: an array of emails, or <c>{defaults, emails}</c>, where the defaults supply
/// the fields that an email leaves out.
/// </summary>
/// <param name="headers">Null for the strict policy.</param>
/// <param name="links">Null where no mail can have an unsubscribe link.</param>
internal sealed class BatchRequest(AllowedSenders senders, SandboxRules sandbox, HeaderPolicy? headers = null, UnsubscribeLinks? links = null)
{
    /// <param name="now">The time against which its times are validated.</param>
    /// <param name="lookups">The templates and files that it names.</param>
    public OrProblem<Submission> Parse(RequestDocument document, BatchTerms terms, DateTimeOffset now, RequestLookups lookups)
    {
        var errors = new ErrorList();
        errors.AddAll(document.Errors);
        var (emails, defaults) = Open(document.Root, terms, errors);
        if (errors.Any)
            return errors.ToProblem();

        var drafts = new List<EmailDraft>(emails!.Items.Count);
        foreach (var (index, email) in emails.Items.Index())
        {
            if (terms.Accepted.ContainsKey(index))
                continue;
            var own = new ErrorList(suggestions: terms.FirstErrorOnly ? Math.Min(1, errors.Room) : errors.Room);
            if (terms.Found is { } found)
                own.AddAll(found(email));
            var draft = new EmailRequestParser(own, now, lookups, sandbox, defaults, headers, terms.DefaultLane, links).Parse(email);
            if (draft is not null && !own.Any && !senders.Allows(draft.Content.From))
                own.Add($"{email.Pointer}/from", $"is not an allowed sender: its domain is {draft.Content.From.Domain}, and the setting {IntakeOptions.AllowedSendersSetting} has neither it nor the address");
            else if (draft is not null && !own.Any && senders.LacksKey(draft.Content.From))
                own.Add($"{email.Pointer}/from", $"is not an allowed sender: its domain is {draft.Content.From.Domain}, which has no key in the setting {DkimOptions.Section}:{nameof(DkimOptions.Keys)}, and {DkimOptions.Section}:{nameof(DkimOptions.Required)} is true");
            else if (draft is not null && !own.Any && terms.Rule?.Invoke(draft) is { } refusal)
                own.Add($"{email.Pointer}/{refusal.Field}", refusal.Message);

            errors.AddAll(own, (index, email), terms.FirstErrorOnly);
            if (draft is not null && !own.Any)
                drafts.Add(draft with { Index = index });
        }

        // When some are already accepted, the batch can be neither all nor nothing: the rest is validated one by one, and the
        // answer reports it.
        return errors.Any && terms.Accepted.Count == 0 && (!terms.Permissive || drafts.Count == 0)
            ? errors.ToProblem()
            : new Submission(drafts, errors) { Accepted = terms.Accepted };
    }

    private static (RequestValue? Emails, BatchDefaults? Defaults) Open(RequestValue root, BatchTerms terms, ErrorList errors)
    {
        var emails = root;
        BatchDefaults? defaults = null;
        if (root.IsObject)
        {
            var fields = RequestFields.Of(root, errors, "defaults", "emails")!;
            emails = fields.Required("emails");
            if (fields.Optional("defaults") is { } common && RequestFields.Of(common, errors, EmailRequestParser.Known) is not null)
                defaults = new BatchDefaults(common);
        }

        if (emails is { IsArray: false })
            errors.Add(emails, $"must be an array of emails{(emails == root ? ", or an object with defaults and emails" : "")}, not {emails.KindName}");
        else if (emails is { Items.Count: 0 })
            errors.Add(emails, "is empty: at least one email is needed");
        else if (emails is not null && emails.Items.Count > terms.MostEmails)
            errors.Add(emails, string.Create(CultureInfo.InvariantCulture, $"has {emails.Items.Count} emails: at most {terms.MostEmails} are allowed in one call"));
        return (emails, defaults);
    }
}

/// <summary>The terms on which a batch is validated.</summary>
/// <param name="Permissive">Leaves invalid emails out; otherwise one invalid email refuses all.</param>
/// <param name="FirstErrorOnly">Reports only the first error of each email.</param>
/// <param name="Rule">A further rule for valid emails: returns the offending field and a message, or null.</param>
/// <param name="Found">The errors found in an email beforehand.</param>
internal sealed record BatchTerms(
    bool Permissive, int MostEmails = EmailLimits.BatchEmails, bool FirstErrorOnly = false, Func<EmailDraft, Refusal?>? Rule = null, Func<RequestValue, ErrorList>? Found = null)
{
    /// <summary>The mails that an earlier try of the request has accepted, by the index of the email.</summary>
    public IReadOnlyDictionary<int, LedgerRow> Accepted { get; init; } = EarlierTry.Nothing;

    /// <summary>The lane of mail that names none.</summary>
    public Lane DefaultLane { get; init; } = Lane.Transactional;
}

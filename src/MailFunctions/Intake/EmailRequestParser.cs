using System.Globalization;
using MailFunctions.Http.Requests;
using MailFunctions.Mail;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.Templates;
using MailFunctions.Unsubscription;

namespace MailFunctions.Intake;

/// <summary>Turns the fields of one email into a draft, and collects all errors in them.</summary>
/// <param name="now">The time against which the times are validated.</param>
/// <param name="lookups">The templates and files that the request names.</param>
/// <param name="sandbox">Decides whether test addresses are allowed.</param>
/// <param name="defaults">The common fields of a batch; null when there are none.</param>
/// <param name="headers">The headers that callers may set; null for the strict policy.</param>
/// <param name="defaultLane">The lane of mail that names none.</param>
/// <param name="links">Null where no mail can have an unsubscribe link.</param>
internal sealed class EmailRequestParser(ErrorList errors, DateTimeOffset now, RequestLookups lookups, SandboxRules sandbox, BatchDefaults? defaults = null, HeaderPolicy? headers = null, Lane defaultLane = Lane.Transactional, UnsubscribeLinks? links = null)
{
    /// <summary>The fields of an email: those of its contract.</summary>
    public static readonly string[] Known = [.. ContractsJson.Default.EmailMessage.Properties.Select(property => property.Name)];

    /// <returns>A draft that is complete only while there are no errors; null when there is nothing to read.</returns>
    public EmailDraft? Parse(RequestValue request)
    {
        if (RequestFields.Of(request, defaults?.Root, errors, Known) is not { } fields)
            return null;

        var from = fields.Required("from") is { } sender ? Read(sender, ReadAddress) : null;
        var to = Read(HasOthers(fields) ? fields.Optional("to") : fields.Required("to"), ReadRecipients);
        var cc = Read(fields.Optional("cc"), ReadRecipients);
        var bcc = Read(fields.Optional("bcc"), ReadRecipients);
        CheckRecipients(fields, request, to.Count + cc.Count + bcc.Count);
        var lane = Read(fields.Optional("lane"), ReadLane);
        var unsubscribe = ReadUnsubscribe(fields, request, to.Count + cc.Count + bcc.Count, lane);
        var template = fields.Optional("template") is { } named ? lookups.Render(named, withSubject: fields.Optional("subject") is null, unsubscribe is not null, errors) : null;
        var (text, html) = ReadBodies(fields, request, template);
        CheckPlaceholders(fields, request, text, html, unsubscribe is not null);
        if (template?.Subject is { } rendered && UnsubscribeLink.IsMeantIn(rendered))
            errors.Add(fields.Optional("template")!, "its subject holds the unsubscribe link, which only bodies can");
        var scheduledAt = Read(fields.Optional("scheduled_at"), value => ScheduleRules.Read(value, errors, now));

        return new EmailDraft
        {
            Content = new EmailContent
            {
                From = from ?? default,
                To = to,
                Cc = cc,
                ReplyTo = Read(fields.Optional("reply_to"), ReadReplyTo),
                Subject = template?.Subject ?? Read(fields.Optional("template") is null ? fields.Required("subject") : fields.Optional("subject"), ReadSubject),
                Text = text,
                Html = html,
                Headers = Read(fields.Optional("headers"), value => HeaderRules.Read(value, headers ?? HeaderPolicy.Strict, errors)),
                Attachments =
                [
                    .. Read(fields.Optional("attachments"), value => new AttachmentRules(lookups.Files, errors).Read(value)),
                    .. Read(fields.Optional("calendar"), value => new CalendarRules(errors).Read(value)),
                ],
            },
            Bcc = bcc,
            Tags = Read(fields.Optional("tags"), value => TagRules.Read(value, errors)),
            Lane = lane,
            Unsubscribe = unsubscribe,
            ScheduledAt = scheduledAt,
            ExpiresAt = ReadExpiry(fields.Optional("expires_at"), scheduledAt ?? now),
            Template = template?.Name,
            OnUncertain = Read(fields.Optional("on_uncertain"), ReadPolicy),
        };
    }

    /// <summary>Reads a value; a common one of a batch is read once, and is the same object in each email.</summary>
    private T Read<T>(RequestValue? value, Func<RequestValue?, T> read)
    {
        if (value is null || defaults is null || !defaults.Holds(value))
            return read(value);

        var own = errors;
        errors = new ErrorList();
        var (parsed, faults) = defaults.Once(value, () => (read(value), errors));
        errors = own;
        errors.AddAll(faults);
        return parsed;
    }

    private EmailAddress? ReadAddress(RequestValue? value)
    {
        if (value is null || RequestFields.ReadText(value, EmailLimits.AddressChars, errors) is not { } text)
            return null;
        if (AddressParser.TryParse(text, out var address, out var fault))
            return address;

        errors.Add(value, fault);
        return null;
    }

    private EmailAddress? ReadRecipient(RequestValue? value)
    {
        var address = ReadAddress(value);
        if (address is not { Mailbox: var mailbox } || !TestAddress.Is(mailbox) || TestAddress.FaultOf(mailbox, sandbox.IsOn) is not { } fault)
            return address;

        errors.Add(value!, fault);
        return null;
    }

    private List<EmailAddress> ReadRecipients(RequestValue? value) => ReadAddresses(value, ReadRecipient);

    /// <summary>Reads one address as a string, or several as an array.</summary>
    private List<EmailAddress> ReadAddresses(RequestValue? value, Func<RequestValue?, EmailAddress?> readOne)
    {
        var addresses = new List<EmailAddress>();
        if (value is null)
            return addresses;

        if (!value.IsArray && !value.IsString)
            errors.Add(value, $"must be a string or an array of strings, not {value.KindName}");

        // Reading so many invalid addresses would fill the list of errors, and their number alone is invalid.
        if (value.Items.Count > EmailLimits.JsonValues / 10)
            errors.Add(value, string.Create(CultureInfo.InvariantCulture, $"has {value.Items.Count} addresses: at most {EmailLimits.Recipients} are allowed"));
        else
            addresses.AddRange((value.IsString ? [value] : value.Items).Select(readOne).OfType<EmailAddress>());

        return addresses;
    }

    /// <summary>
    /// Tests for recipients in cc or bcc. They are enough: no header field has to name a recipient (RFC 5322 section 3.6).
    /// </summary>
    private static bool HasOthers(RequestFields fields) => new[] { fields.Optional("cc"), fields.Optional("bcc") }.Any(others => others is not null and not { IsArray: true, Items.Count: 0 });

    private void CheckRecipients(RequestFields fields, RequestValue request, int valid)
    {
        if (!HasOthers(fields) && fields.Optional("to") is { IsArray: true, Items.Count: 0 } empty)
            errors.Add(empty, "is empty: at least one recipient is needed");
        if (valid > EmailLimits.Recipients)
            errors.Add(request, string.Create(CultureInfo.InvariantCulture, $"has {valid} recipients in to, cc and bcc: at most {EmailLimits.Recipients} are allowed together"));
    }

    private List<EmailAddress> ReadReplyTo(RequestValue? value)
    {
        if (value is not { Items.Count: > EmailLimits.ReplyTo })
            return ReadAddresses(value, ReadAddress);

        errors.Add(value, string.Create(CultureInfo.InvariantCulture, $"has {value.Items.Count} addresses: at most {EmailLimits.ReplyTo} are allowed"));
        return [];
    }

    private string ReadSubject(RequestValue? value)
    {
        if (value is null)
            return "";

        var subject = HeaderRules.ReadLine(value, EmailLimits.SubjectChars, errors);
        if (subject is { Length: 0 })
            errors.Add(value, "is empty: a subject is required");
        return subject ?? "";
    }

    private (string? Text, string? Html) ReadBodies(RequestFields fields, RequestValue request, RenderedTemplate? template)
    {
        var (textValue, htmlValue) = (fields.Optional("text"), fields.Optional("html"));
        var text = Read(textValue, value => BodyRules.Read(value, errors));
        var html = Read(htmlValue, value => BodyRules.Read(value, errors));
        if (fields.Optional("template") is { } named)
        {
            CheckTemplate(fields, named, template);
            return (template?.Text, template?.Html);
        }

        // A body that is present but invalid has its own error already.
        if (IsMissing(textValue, text) && IsMissing(htmlValue, html))
            errors.Add(request, "has no body: text or html is required, and one of them must not be empty");

        // A missing text is derived from the html; an empty text asks for none.
        if (textValue is null && !string.IsNullOrEmpty(html))
            text = lookups.TextOf(htmlValue!, html, errors);
        return (string.IsNullOrEmpty(text) ? null : text, string.IsNullOrEmpty(html) ? null : html);
    }

    private UnsubscribeWish? ReadUnsubscribe(RequestFields fields, RequestValue request, int recipients, Lane lane)
    {
        var value = fields.Optional("unsubscribe");
        var wish = Read(value, given => new UnsubscribeRules(errors).Read(given));
        if (wish is not null)
            new UnsubscribeRules(errors).Check(wish, defaults?.Holds(value!) == true ? request : value!, fields, recipients, lane, links);
        return wish;
    }

    /// <summary>Checks the bodies for what stands for the unsubscribe link. A text that is derived from the html holds what that holds.</summary>
    private void CheckPlaceholders(RequestFields fields, RequestValue request, string? text, string? html, bool isWished)
    {
        var made = fields.Optional("template");
        foreach (var (body, place) in ((string?, RequestValue?)[])[(text, made ?? fields.Optional("text")), (html, made ?? fields.Optional("html"))])
            lookups.CheckPlaceholders(body, place ?? request, isWished, errors);
    }

    private static bool IsMissing(RequestValue? value, string? body) => value is null || body is { Length: 0 };

    private void CheckTemplate(RequestFields fields, RequestValue named, RenderedTemplate? template)
    {
        foreach (var body in (RequestValue?[])[fields.Optional("text"), fields.Optional("html")])
        {
            if (body is not null)
                errors.Add(body, "cannot stand beside a template, which makes the bodies");
        }

        if (template is { Subject: null } && fields.Optional("subject") is null)
            errors.Add(named, "has no subject, and the mail has none of its own");
        if (template is { Text: null, Html: null })
            errors.Add(named, "comes to no body: text or html is required, and one of them must not be empty");
    }

    private Lane ReadLane(RequestValue? value)
    {
        if (value is null)
            return defaultLane;

        var text = RequestFields.ReadText(value, EmailLimits.TagChars, errors);
        if (!LaneNames.TryParse(text, out var lane) && text is not null)
            errors.Add(value, $"must be {LaneNames.Transactional} or {LaneNames.Bulk}, not {ErrorList.Quote(text)}");
        return lane;
    }

    /// <param name="begin">The earliest time at which the mail can be sent.</param>
    private DateTimeOffset? ReadExpiry(RequestValue? value, DateTimeOffset begin)
    {
        if (RequestInstant.Read(value, errors) is not { } at)
            return null;
        if (at <= now)
            errors.Add(value!, "must lie in the future");
        else if (at <= begin)
            errors.Add(value!, "must lie after scheduled_at");
        else if (at > begin + EmailLimits.ExpiresWithin)
            errors.Add(value!, "must lie within a year from now, or from scheduled_at");
        else
            return at;

        return null;
    }

    private UncertainPolicy? ReadPolicy(RequestValue? value)
    {
        if (value is null || RequestFields.ReadText(value, EmailLimits.TagChars, errors) is not { } text)
            return null;

        switch (text)
        {
            case "retry":
                return UncertainPolicy.Retry;
            case "hold":
                return UncertainPolicy.Hold;
            case "assume_sent":
                return UncertainPolicy.AssumeSent;
            default:
                errors.Add(value, $"must be retry, hold or assume_sent, not {ErrorList.Quote(text)}");
                return null;
        }
    }
}

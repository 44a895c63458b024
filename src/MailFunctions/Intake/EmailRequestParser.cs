using System.Globalization;
using MailFunctions.Ledger;

namespace MailFunctions.Intake;

/// <summary>Turns the fields of one email into a draft, and finds everything that is wrong with them.</summary>
/// <param name="now">What <c>expires_at</c> is compared with.</param>
internal sealed class EmailRequestParser(ErrorList errors, DateTimeOffset now)
{
    private static readonly string[] Instants = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm'Z'"];

    /// <returns>A draft that is whole only while there are no errors; null when there is nothing to read.</returns>
    public EmailDraft? Parse(RequestValue request)
    {
        if (RequestFields.Of(
            request,
            errors,
            "from", "to", "cc", "bcc", "reply_to", "subject", "text", "html", "headers", "attachments", "tags", "lane", "expires_at", "on_uncertain") is not { } fields)
        {
            return null;
        }

        var from = fields.Required("from") is { } sender ? ReadAddress(sender) : null;
        var to = ReadAddresses(fields.Required("to"));
        var cc = ReadAddresses(fields.Optional("cc"));
        var bcc = ReadAddresses(fields.Optional("bcc"));
        CheckRecipients(fields, request, to.Count + cc.Count + bcc.Count);
        var (text, html) = ReadBodies(fields, request);

        return new EmailDraft
        {
            Content = new EmailContent
            {
                From = from ?? default,
                To = to,
                Cc = cc,
                ReplyTo = ReadReplyTo(fields.Optional("reply_to")),
                Subject = ReadSubject(fields.Required("subject")),
                Text = text,
                Html = html,
                Headers = HeaderRules.Read(fields.Optional("headers"), errors),
                Attachments = new AttachmentRules(errors).Read(fields.Optional("attachments")),
            },
            Bcc = bcc,
            Tags = TagRules.Read(fields.Optional("tags"), errors),
            Lane = ReadLane(fields.Optional("lane")),
            ExpiresAt = ReadExpiry(fields.Optional("expires_at")),
            OnUncertain = ReadPolicy(fields.Optional("on_uncertain")),
        };
    }

    private EmailAddress? ReadAddress(RequestValue value)
    {
        if (RequestFields.ReadText(value, EmailLimits.AddressChars, errors) is not { } text)
            return null;
        if (AddressParser.TryParse(text, out var address, out var fault))
            return address;

        errors.Add(value, fault);
        return null;
    }

    /// <summary>One address as a string, or several as an array.</summary>
    private List<EmailAddress> ReadAddresses(RequestValue? value)
    {
        var addresses = new List<EmailAddress>();
        if (value is null)
            return addresses;

        if (!value.IsArray && !value.IsString)
            errors.Add(value, $"must be a string or an array of strings, not {value.KindName}");

        // So many wrong ones would fill the list of errors, and the number alone is wrong already.
        if (value.Items.Count > EmailLimits.JsonValues / 10)
            errors.Add(value, string.Create(CultureInfo.InvariantCulture, $"has {value.Items.Count} addresses: at most {EmailLimits.Recipients} are allowed"));
        else
            addresses.AddRange((value.IsString ? [value] : value.Items).Select(ReadAddress).OfType<EmailAddress>());

        return addresses;
    }

    private void CheckRecipients(RequestFields fields, RequestValue request, int valid)
    {
        if (fields.Optional("to") is { IsArray: true, Items.Count: 0 } empty)
            errors.Add(empty, "is empty: at least one recipient is needed");
        if (valid > EmailLimits.Recipients)
            errors.Add(request, string.Create(CultureInfo.InvariantCulture, $"has {valid} recipients in to, cc and bcc: at most {EmailLimits.Recipients} are allowed together"));
    }

    private List<EmailAddress> ReadReplyTo(RequestValue? value)
    {
        if (value is not { Items.Count: > EmailLimits.ReplyTo })
            return ReadAddresses(value);

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

    private (string? Text, string? Html) ReadBodies(RequestFields fields, RequestValue request)
    {
        var (textValue, htmlValue) = (fields.Optional("text"), fields.Optional("html"));
        var text = ReadBody(fields, textValue);
        var html = ReadBody(fields, htmlValue);

        // A body that is there and wrong has its own error already.
        if (IsMissing(textValue, text) && IsMissing(htmlValue, html))
            errors.Add(request, "has no body: text or html is required, and one of them must not be empty");

        return (string.IsNullOrEmpty(text) ? null : text, string.IsNullOrEmpty(html) ? null : html);
    }

    private static bool IsMissing(RequestValue? value, string? body) => value is null || body is { Length: 0 };

    private string? ReadBody(RequestFields fields, RequestValue? value)
    {
        var body = fields.Text(value, EmailLimits.BodyChars);
        if (body is null || !body.Contains('\0', StringComparison.Ordinal))
            return body;

        errors.Add(value!, "holds the character NUL, which no mail may hold");
        return null;
    }

    private Lane ReadLane(RequestValue? value)
    {
        if (value is null)
            return Lane.Transactional;

        var text = RequestFields.ReadText(value, EmailLimits.TagChars, errors);
        if (!LaneNames.TryParse(text, out var lane) && text is not null)
            errors.Add(value, $"must be {LaneNames.Transactional} or {LaneNames.Bulk}, not {ErrorList.Quote(text)}");
        return lane;
    }

    private DateTimeOffset? ReadExpiry(RequestValue? value)
    {
        if (value is null || RequestFields.ReadText(value, EmailLimits.TagChars, errors) is not { } text)
            return null;

        if (!DateTimeOffset.TryParseExact(text, Instants, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            errors.Add(value, "must be an ISO 8601 instant with an offset, such as 2027-01-31T18:30:00Z or 2027-01-31T19:30:00+01:00");
        else if (at <= now)
            errors.Add(value, "must lie in the future");
        else if (at > now + EmailLimits.ExpiresWithin)
            errors.Add(value, "must lie within a year from now");
        else
            return at.ToUniversalTime();

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

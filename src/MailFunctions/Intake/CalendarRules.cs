using System.Text;
using MailFunctions.Http.Requests;
using MailFunctions.Mail;

namespace MailFunctions.Intake;

/// <summary>
/// Reads an invitation: a calendar object that becomes the last alternative of the bodies, where mail programs look for it to
/// show their buttons (RFC 6047 section 2.4), and also a file when it has a file name.
/// </summary>
internal sealed class CalendarRules(ErrorList errors)
{
    /// <summary>The methods of iTIP (RFC 5546 section 1.4).</summary>
    private static readonly string[] Methods = ["PUBLISH", "REQUEST", "REPLY", "ADD", "CANCEL", "REFRESH", "COUNTER", "DECLINECOUNTER"];

    public IReadOnlyList<Attachment> Read(RequestValue? value)
    {
        if (value is null || RequestFields.Of(value, errors, "content", "method", "filename") is not { } fields)
            return [];

        var content = fields.Required("content", "is required: the calendar object as text, from BEGIN:VCALENDAR to END:VCALENDAR") is { } text ? ReadContent(text) : null;
        var method = ReadMethod(value, fields.Optional("method"), content);
        var file = fields.Optional("filename");
        var fileName = file is null ? null : AttachmentRules.ReadFileName(file, errors);
        if (content is null || method is null || (file is not null && fileName is null))
            return [];

        var bytes = Encoding.UTF8.GetBytes(content);
        var part = new Attachment { FileName = fileName ?? "invite.ics", ContentType = $"text/calendar; charset=utf-8; method={method}", IsAlternative = true, Bytes = bytes };
        // Some programs would take a second part of this type with a method for a second invitation.
        return fileName is null ? [part] : [part, new Attachment { FileName = fileName, ContentType = "application/ics", Bytes = bytes }];
    }

    private string? ReadContent(RequestValue value)
    {
        if (RequestFields.ReadText(value, EmailLimits.CalendarChars, errors) is not { } text)
            return null;

        text = text.Trim('\uFEFF', ' ', '\t', '\r', '\n') + "\r\n";
        if (text.Contains('\0', StringComparison.Ordinal))
            errors.Add(value, "holds the character NUL, which no mail may hold");
        else if (Lines(text) is not [var first, .., var last] || !IsLine(first, "BEGIN:VCALENDAR") || !IsLine(last, "END:VCALENDAR"))
            errors.Add(value, "is no calendar object: it begins with the line BEGIN:VCALENDAR and ends with the line END:VCALENDAR (RFC 5545 section 3.4)");
        else
            return text;
        return null;
    }

    /// <summary>Reads the method: the parameter of the type must equal the object's own METHOD (RFC 6047 section 2.4).</summary>
    private string? ReadMethod(RequestValue calendar, RequestValue? value, string? content)
    {
        var own = content is null ? [] : MethodsOf(content);
        if (own.Length > 1)
            errors.Add($"{calendar.Pointer}/content", "has more than one METHOD, where at most one is allowed (RFC 5545 section 3.6)");
        else if (own is [var stated] && !Methods.Contains(stated))
            errors.Add($"{calendar.Pointer}/content", $"has the METHOD {ErrorList.Quote(stated)}: the methods are {string.Join(", ", Methods)} (RFC 5546 section 1.4)");
        else if (value is null && own is [var only])
            return only;
        else if (value is null)
            Complain(content is not null, calendar);
        else if (RequestFields.ReadText(value, EmailLimits.CalendarMethodChars, errors) is { } text)
            return Checked(value, text.ToUpperInvariant(), own);
        return null;
    }

    private void Complain(bool hasContent, RequestValue calendar)
    {
        if (hasContent)
            errors.Add($"{calendar.Pointer}/method", "is required, since the content has no METHOD of its own");
    }

    private string? Checked(RequestValue value, string method, string[] own)
    {
        if (!Methods.Contains(method))
            errors.Add(value, $"must be one of {string.Join(", ", Methods)} (RFC 5546 section 1.4), not {ErrorList.Quote(method)}");
        else if (own is [var stated] && stated != method)
            errors.Add(value, $"is not the METHOD of the content, which is {stated} (RFC 6047 section 2.4)");
        else
            return method;
        return null;
    }

    /// <summary>Returns the METHOD properties of the calendar itself, not of its components, in upper case.</summary>
    private static string[] MethodsOf(string content)
    {
        var methods = new List<string>();
        var depth = 0;
        foreach (var line in Lines(content))
        {
            if (line.StartsWith("BEGIN:", StringComparison.OrdinalIgnoreCase))
                depth++;
            else if (line.StartsWith("END:", StringComparison.OrdinalIgnoreCase))
                depth--;
            else if (depth == 1 && (line.StartsWith("METHOD:", StringComparison.OrdinalIgnoreCase) || line.StartsWith("METHOD;", StringComparison.OrdinalIgnoreCase)))
                methods.Add(line[(line.LastIndexOf(':') + 1)..].Trim().ToUpperInvariant());
        }

        return [.. methods];
    }

    private static bool IsLine(string line, string expected) => line.Trim().Equals(expected, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the lines, unfolded (RFC 5545 section 3.1), with any kind of line ends.</summary>
    private static string[] Lines(string content) => content.ReplaceLineEndings("\n")
        .Replace("\n ", "", StringComparison.Ordinal)
        .Replace("\n\t", "", StringComparison.Ordinal)
        .Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using MailFunctions.Http.Requests;
using MailFunctions.Mail;
using MailFunctions.Smtp.Composition;

namespace MailFunctions.Intake;

/// <summary>Decides which header fields a caller may set, and to what.</summary>
internal static class HeaderRules
{
    /// <summary>Headers that are written from other fields of the request, or by relaying and delivering servers.</summary>
    private static readonly FrozenSet<string> Reserved = new[]
    {
        "From", "To", "Cc", "Bcc", "Reply-To", "Sender", "Subject", "Date", "Message-ID", "MIME-Version",
        "Received", "Received-SPF", "Return-Path", "Delivered-To", "Apparently-To", "Envelope-To", "Envelope-From", "X-Original-To", "X-Original-From",
        "DKIM-Signature", "DomainKey-Signature", "X-Google-DKIM-Signature", "Authentication-Results", "X-Authentication-Results",

        // Some relays take recipients or the sender from these headers, as Internet Information Services does for its pickup folder.
        "X-Bcc", "X-Cc", "X-To", "X-Rcpt-To", "X-Receiver", "X-Receivers", "X-Recipient", "X-Recipients", "X-Sender", "X-Forward-To", "X-Return-Path",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> OfMessageIds = new[] { "In-Reply-To", "References" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] ReservedPrefixes = ["Content-", "Resent-", "ARC-", "X-Envelope-", "X-MailFunctions-"];

    public static IReadOnlyList<HeaderField> Read(RequestValue? value, HeaderPolicy policy, ErrorList errors)
    {
        if (value is null)
            return [];
        if (!value.IsObject)
        {
            errors.Add(value, $"must be an object of header names and their values, not {value.KindName}");
            return [];
        }

        if (value.Members.Count > EmailLimits.Headers)
            errors.Add(value, string.Create(CultureInfo.InvariantCulture, $"has {value.Members.Count} headers: at most {EmailLimits.Headers} are allowed"));

        var fields = new List<HeaderField>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, member) in value.Members)
        {
            if ((FaultOfName(name) ?? policy.FaultOf(name)) is { } fault)
                errors.Add(member, fault);
            else if (!names.Add(name))
                errors.Add(member, "is the name of another header too; upper and lower case are the same");
            else if ((OfMessageIds.Contains(name) ? ReadMessageIds(member, errors) : ReadLine(member, EmailLimits.HeaderValueBytes, errors)) is { } line)
                AddField(fields, name, line, member, errors);
        }

        return fields;
    }

    /// <summary>Reads a string for a header line: trimmed, without control characters, foldable (RFC 5322 section 2.2.3).</summary>
    public static string? ReadLine(RequestValue value, int maxChars, ErrorList errors)
    {
        var text = RequestFields.ReadText(value, maxChars, errors);
        if (text is null)
            return null;

        if (text.Any(char.IsControl))
        {
            errors.Add(value, "holds a control character, such as a line break, which no header may hold");
            return null;
        }

        if (HasLongWord(text))
        {
            errors.Add(value, string.Create(CultureInfo.InvariantCulture, $"has a word of more than {EmailLimits.HeaderWordBytes} octets, which cannot be folded into lines"));
            return null;
        }

        return text.Trim(' ');
    }

    private static void AddField(List<HeaderField> fields, string name, string line, RequestValue value, ErrorList errors)
    {
        if (line.Length == 0)
            errors.Add(value, "is empty: a header needs a value");
        else if (Encoding.UTF8.GetByteCount(line) > EmailLimits.HeaderValueBytes)
            errors.Add(value, string.Create(CultureInfo.InvariantCulture, $"is too long: at most {EmailLimits.HeaderValueBytes} octets are allowed"));
        else if (!StructuredFields.TryEncode(name, line, out _, out var fault))
            errors.Add(value, fault);
        else if (HeaderLine.LongestWord(name, line) > EmailLimits.HeaderWordBytes)
            errors.Add(value, string.Create(CultureInfo.InvariantCulture, $"has, once it is written in ASCII, a word of more than {EmailLimits.HeaderWordBytes} octets, which cannot be folded into lines"));
        else
            fields.Add(new HeaderField(name, line));
    }

    private static string? ReadMessageIds(RequestValue value, ErrorList errors)
    {
        if (RequestFields.ReadText(value, EmailLimits.HeaderValueBytes, errors) is not { } text)
            return null;
        if (MessageIdList.TryRead(text, out var line))
            return line;
        errors.Add(value, "must be message ids, each in angle brackets, as in <a@example.com>");
        return null;
    }

    /// <returns>The reason why no caller may set a header of this name; null when there is none.</returns>
    internal static string? FaultOfName(string name)
    {
        if (name.Length is 0 or > EmailLimits.HeaderNameChars)
            return string.Create(CultureInfo.InvariantCulture, $"is no header name: 1 to {EmailLimits.HeaderNameChars} characters are allowed");
        if (!name.All(c => c is > ' ' and < '\x7F' and not ':'))
            return "is no header name: printable ASCII without spaces and colons is allowed (RFC 5322 section 2.2)";

        return Reserved.Contains(name) || ReservedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            ? "is reserved: it is written from the other fields of the request, or on the way"
            : null;
    }

    private static bool HasLongWord(string text)
    {
        foreach (var range in text.AsSpan().Split(' '))
        {
            if (Encoding.UTF8.GetByteCount(text.AsSpan(range)) > EmailLimits.HeaderWordBytes && Ascii.IsValid(text.AsSpan(range)))
                return true;
        }

        return false;
    }
}

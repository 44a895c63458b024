using System.Text;

namespace MailFunctions.Templates;

/// <summary>Turns rendered text into what a mail may hold.</summary>
internal static class RenderedText
{
    public static (string? Text, IReadOnlyList<TemplateFault> Faults) Check(TemplatePart part, string text)
    {
        if (part == TemplatePart.Subject)
            text = OneLine(text);

        var fault = text.Contains('\0', StringComparison.Ordinal) ? "comes to hold the character NUL, which no mail may hold"
            : part == TemplatePart.Subject && text.Length == 0 ? "comes to nothing: a subject is required"
            : part == TemplatePart.Subject && text.Length > TemplateLimits.SubjectChars ? $"comes to more than {TemplateLimits.SubjectChars} characters"
            : null;
        return fault is null ? (WellFormed(text), []) : (null, [new TemplateFault(part.Pointer(), fault)]);
    }

    /// <summary>
    /// Replaces line breaks by spaces: one would end the header field and let a variable begin another (RFC 5322 section
    /// 2.2).
    /// </summary>
    private static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!char.IsControl(c) && c is not ('\u2028' or '\u2029'))
                line.Append(c);
            else if (line.Length > 0 && line[^1] != ' ')
                line.Append(' ');
        }

        return line.ToString().Trim();
    }

    /// <summary>Replaces half of a surrogate pair, which a filter that cuts may leave and no encoding can write.</summary>
    private static string WellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        }

        return text;
    }
}

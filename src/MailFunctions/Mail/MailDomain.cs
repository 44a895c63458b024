using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MailFunctions.Mail;

/// <summary>Parses domains that mail can be sent to or from: dotted DNS names, in the form that DNS uses.</summary>
internal static class MailDomain
{
    /// <summary>The most characters of a DNS name in text: 253, for 255 octets (RFC 1035 section 2.3.4).</summary>
    private const int MaxChars = 253;

    private const int MaxLabelChars = 63;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true, AllowUnassigned = false };

    /// <param name="domain">Lower-case ASCII; a name beyond ASCII in its IDNA form, <c>xn--…</c>.</param>
    public static bool TryParse(string text, out string domain, [NotNullWhen(false)] out string? fault)
    {
        domain = "";
        if (text.StartsWith('['))
        {
            fault = "has an address literal in place of a domain, which is not supported";
            return false;
        }

        try
        {
            domain = Idn.GetAscii(text).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            // The platform reports an invalid name only by this exception, also for an empty or too long label.
        }

        fault = IsDotted(domain) ? null : "has no valid domain: a dotted DNS name such as example.com is needed";
        return fault is null;
    }

    private static bool IsDotted(string domain)
    {
        var labels = domain.Split('.');
        return labels.Length >= 2
            && domain.Length <= MaxChars
            && labels.All(IsLabel)
            && !labels[^1].All(char.IsAsciiDigit);
    }

    /// <summary>True for a host name label (RFC 1123 section 2.1).</summary>
    private static bool IsLabel(string label) =>
        label.Length is >= 1 and <= MaxLabelChars
        && label[0] != '-'
        && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}

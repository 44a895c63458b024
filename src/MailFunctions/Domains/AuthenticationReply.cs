using System.Text.RegularExpressions;
using MailFunctions.Mail;

namespace MailFunctions.Domains;

/// <summary>Recognizes replies that refuse a mail since SPF, DKIM or DMARC do not pass.</summary>
internal static partial class AuthenticationReply
{
    public static bool Is(SmtpReply reply) =>
        (reply.EnhancedCode is { } code && Codes().IsMatch(code))
        || (reply.Code >= 400 && Codes().IsMatch(reply.Text))
        || ((reply.EnhancedCode?.Contains(".7.", StringComparison.Ordinal) == true || reply.Code is 421 or 550 or 554) && Words().IsMatch(reply.Text));

    /// <summary>Tests the text of a reply without its parts, such as the reason why a mail waits.</summary>
    public static bool IsNamedIn(string? text) => text is not null && Codes().IsMatch(text);

    /// <summary>
    /// Matches RFC 7372 (20 to 24, and 26, which Gmail uses too), Gmail's 27, 30 and 32 (support.google.com/a/answer/3726730), and
    /// Outlook's 515 (learn.microsoft.com, "Bulk sender requirements").
    /// </summary>
    [GeneratedRegex(@"\b[45]\.7\.(2[0-46]|27|30|32|515)\b")]
    private static partial Regex Codes();

    [GeneratedRegex(@"\b(SPF|DKIM|DMARC)\b|\bunauthenticated\b", RegexOptions.IgnoreCase)]
    private static partial Regex Words();
}

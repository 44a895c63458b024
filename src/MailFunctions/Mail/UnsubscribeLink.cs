using System.Text.RegularExpressions;

namespace MailFunctions.Mail;

/// <summary>The link by which the recipient of a mail unsubscribes with one click (RFC 8058).</summary>
/// <param name="Url">ASCII that needs no escaping in HTML.</param>
/// <param name="Mailto">The URI for a mail instead (RFC 6068); null if none is configured.</param>
internal sealed partial record UnsubscribeLink(string Url, string? Mailto)
{
    /// <summary>
    /// The text that stands for the link in bodies until they are sent. It is a link itself, at a domain that never exists (RFC 2606
    /// section 2), so that editors of HTML leave it as it is.
    /// </summary>
    public const string Placeholder = "https://unsubscribe.invalid/";

    private const string Host = "unsubscribe.invalid";

    /// <summary>Returns the body with the link in place of each placeholder.</summary>
    public string? Fill(string? body) => body is not null && body.Contains(Host, StringComparison.OrdinalIgnoreCase) ? Placeholders().Replace(body, Url) : body;

    /// <summary>Tests for the placeholder in any form.</summary>
    public static bool IsMeantIn(string body) => body.Contains(Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>Tests that every placeholder is whole, so that <see cref="Fill"/> leaves none.</summary>
    public static bool CanFill(string body) => !Placeholders().Replace(body, "").Contains(Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>Matches the placeholder where nothing before or after it makes it part of another address.</summary>
    [GeneratedRegex(@"(?<![A-Za-z0-9=/%&?#:@_~-])https?://unsubscribe\.invalid(?:/|(?!/))(?!\.?[A-Za-z0-9])(?![/?#%=:@_~-])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Placeholders();
}

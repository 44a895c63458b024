using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using MimeKit;

namespace MailFunctions.Mail;

/// <summary>
/// Parses <c>a@b.c</c> or <c>Name &lt;a@b.c&gt;</c>: exactly one mailbox (RFC 5322 section 3.4). Forms that the grammar
/// also allows, but that today only hide things (groups, routes, comments, quoted local parts, address literals), are refused.
/// </summary>
internal static class AddressParser
{
    private const string Shape = "write a@b.c or Name <a@b.c>";

    /// <summary>Octets (RFC 5321 section 4.5.3.1.1).</summary>
    private const int MaxLocalPart = 64;

    /// <summary>Octets in total: a path of 256 includes two angle brackets (RFC 5321 section 4.5.3.1.3).</summary>
    private const int MaxMailbox = 254;

    /// <summary>UTF-16 code units of the display name.</summary>
    private const int MaxNameChars = 256;

    /// <summary>Characters that change the meaning of an unquoted name: quoting, another address, a comment, a group.</summary>
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create("\"\\<>():;");

    private static readonly ParserOptions Strict = new()
    {
        AddressParserComplianceMode = RfcComplianceMode.Strict,
        AllowAddressesWithoutDomain = false,
        AllowUnquotedCommasInAddresses = false,
        MaxAddressGroupDepth = 0,
    };

    /// <param name="fault">The error, and what is allowed; quotes the caller's text only briefly.</param>
    public static bool TryParse(string text, out EmailAddress address, [NotNullWhen(false)] out string? fault)
    {
        address = default;
        if (text.AsSpan().Trim().IsEmpty)
            return Fail($"is empty: {Shape}", out fault);
        if (text.Any(char.IsControl))
            return Fail("holds a control character, such as a line break", out fault);

        var (name, mailbox) = Split(text);
        if (HasComment(name))
            return Fail("""has parentheses, which mean a comment: write the name in double quotes, as in "Name (x)" <a@b.c>""", out fault);
        if (!TryParseMailbox(mailbox, out var localPart, out var domain, out fault))
            return false;

        // The text before the angle bracket has its own grammar, with quoting and encoded words (RFC 2047).
        if (!MailboxAddress.TryParse(Strict, text, out var parsed) && !(IsPlainName(name) && MailboxAddress.TryParse(Strict, $"\"{name.Trim()}\" <{mailbox}>", out parsed)))
            return Fail($"is no e-mail address: {Shape}, one to a string; a name with any of ()<>[]:;@\\,\" goes in double quotes", out fault);

        if (!TryTakeName(parsed.Name ?? "", out var displayName, out fault))
            return false;

        address = new EmailAddress(displayName, localPart, domain);
        return true;
    }

    private static bool TryParseMailbox(string mailbox, out string localPart, out string domain, [NotNullWhen(false)] out string? fault)
    {
        domain = "";
        var at = mailbox.LastIndexOf('@');

        // Before all checks: composition may yield another character, even an ASCII one (RFC 6532 section 3.1).
        localPart = at < 0 ? "" : MailboxForm.Canonical(mailbox[..at]);
        if (at < 0)
            return Fail($"has no @: {Shape}", out fault);
        if (mailbox.Contains('"', StringComparison.Ordinal))
            return Fail("has a quoted local part, which is not supported", out fault);
        if (InvisibleCharacters.AreIn(localPart))
            return Fail("has a character before the @ that nobody sees, such as a zero-width space", out fault);
        if (!IsDotAtom(localPart))
            return Fail($"has no valid part before the @: {Shape}, one to a string", out fault);
        if (Encoding.UTF8.GetByteCount(localPart) > MaxLocalPart)
            return Fail($"has more than {MaxLocalPart} octets before the @", out fault);
        if (!MailDomain.TryParse(mailbox[(at + 1)..], out domain, out fault))
            return false;

        return Encoding.UTF8.GetByteCount(localPart) + 1 + domain.Length <= MaxMailbox || Fail($"has more than {MaxMailbox} octets", out fault);
    }

    private static bool TryTakeName(string name, out string displayName, [NotNullWhen(false)] out string? fault)
    {
        displayName = name.Trim();
        fault = null;
        if (displayName.Length > MaxNameChars)
            return Fail(string.Create(CultureInfo.InvariantCulture, $"has a name of more than {MaxNameChars} characters"), out fault);

        // An encoded word may contain characters that the text itself did not show.
        return !displayName.Any(c => char.IsControl(c) || c == '\uFFFD') || Fail("has a name with a control character or with broken encoding", out fault);
    }

    /// <summary>Splits into the name, and the address as written: between the last angle brackets if the text ends with one.</summary>
    private static (string Name, string Mailbox) Split(string text)
    {
        var trimmed = text.Trim();
        var open = trimmed.LastIndexOf('<');
        return open >= 0 && trimmed[^1] == '>' ? (trimmed[..open], trimmed[(open + 1)..^1]) : ("", trimmed);
    }

    /// <summary>
    /// True for an unquoted name that should be quoted but is unambiguous: <c>Doe, John</c>, or an address in place of a
    /// name. An address beside a comma could be another recipient.
    /// </summary>
    private static bool IsPlainName(string name) =>
        !name.AsSpan().Trim().IsEmpty
        && !name.AsSpan().ContainsAny(NeedQuotes)
        && !(name.Contains(',', StringComparison.Ordinal) && name.Contains('@', StringComparison.Ordinal));

    private static bool HasComment(string name)
    {
        var quoted = false;
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '\\')
                i++;
            else if (name[i] == '"')
                quoted = !quoted;
            else if (name[i] is '(' or ')' && !quoted)
                return true;
        }

        return false;
    }

    /// <summary>True for a dot-atom (RFC 5322 section 3.2.3), with the characters beyond ASCII of RFC 6531 section 3.3.</summary>
    private static bool IsDotAtom(string text) =>
        text.Split('.').All(atom => atom.Length > 0 && atom.EnumerateRunes().All(IsAtomText));

    private static bool IsAtomText(Rune rune) => rune.IsAscii
        ? Rune.IsLetterOrDigit(rune) || "!#$%&'*+-/=?^_`{|}~".Contains((char)rune.Value, StringComparison.Ordinal)
        : Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.Control or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator => false,
            UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse => false,

            // Some scripts are written with joiners: InvisibleCharacters decides where they are allowed.
            UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,

            // The replacement character marks bytes that could not be decoded.
            _ => rune != Rune.ReplacementChar,
        };

    private static bool Fail(string message, out string fault)
    {
        fault = message;
        return false;
    }
}

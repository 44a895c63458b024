using System.Text;

namespace MailFunctions.Mail;

/// <summary>
/// The forms of a mailbox whose local part goes beyond ASCII. The same name can be written as different sequences of
/// characters: <c>é</c> is one character, or an <c>e</c> and a combining accent.
/// </summary>
/// <remarks>
/// On the wire and in storage a local part is in NFC (RFC 6532 section 3.1, which also says why not in NFKC). In searches
/// for recipients that are suppressed or to be erased, width and other compatibility forms and case are folded as well, as
/// by mailbox providers that follow RFC 8265 section 3.3.
/// </remarks>
internal static class MailboxForm
{
    /// <summary>The form in which a mailbox is stored and sent: canonically composed, in the case given.</summary>
    public static string Canonical(string text) => Normalise(text, NormalizationForm.FormC);

    /// <summary>The common form of all spellings of a mailbox. It is compared, and never shown or sent.</summary>
    public static string Comparable(string mailbox) =>
        Ascii.IsValid(mailbox) ? mailbox.ToLowerInvariant() : LocalPart(mailbox, local => Fold(Fold(local)));

    /// <summary>
    /// The lower-case spellings that an earlier version, which stored mailboxes as given, may have used, most common first.
    /// </summary>
    public static IEnumerable<string> FormerSpellings(string mailbox) => Ascii.IsValid(mailbox)
        ? [mailbox.ToLowerInvariant()]
        : ((NormalizationForm[])[NormalizationForm.FormC, NormalizationForm.FormD, NormalizationForm.FormKC, NormalizationForm.FormKD])
            .Select(form => LocalPart(mailbox, local => Normalise(local, form)).ToLowerInvariant())
            .Prepend(mailbox.ToLowerInvariant())
            .Distinct(StringComparer.Ordinal);

    /// <summary>Folds any text like <see cref="Comparable"/>.</summary>
    public static string Fold(string text) =>
        // Goes through upper case, in which the two small sigmas are one; then composes again what the change of case separated.
        Normalise(Normalise(text, NormalizationForm.FormKC).ToUpperInvariant().ToLowerInvariant(), NormalizationForm.FormKC);

    private static string LocalPart(string mailbox, Func<string, string> change)
    {
        var at = mailbox.LastIndexOf('@');
        return at < 0 ? change(mailbox) : change(mailbox[..at]) + mailbox[at..].ToLowerInvariant();
    }

    /// <summary>Normalises text. Invalid text, such as half of a surrogate pair, stays unchanged: the platform would throw.</summary>
    private static string Normalise(string text, NormalizationForm form) => Ascii.IsValid(text) || !IsText(text) ? text : text.Normalize(form);

    private static bool IsText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '\uFFFE' or '\uFFFF')
                return false;
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                return false;
        }

        return true;
    }
}

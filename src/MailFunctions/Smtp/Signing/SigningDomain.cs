using MailFunctions.Mail;

namespace MailFunctions.Smtp.Signing;

/// <summary>A domain that signs, with its keys: of each algorithm the newer one first.</summary>
/// <param name="Name">Lower-case ASCII; the tag <c>d=</c>.</param>
internal sealed record SigningDomain(string Name, IReadOnlyList<DkimKey> Keys)
{
    /// <summary>The rest of a sentence about a text that <see cref="IsSelector"/> does not take.</summary>
    public const string NoSelector = "is no name of a selector: it takes labels of letters, digits and dashes, such as s2027";

    /// <summary>The longest name of DNS.</summary>
    private const int MostChars = 253;

    /// <summary>True for labels below a domain (RFC 6376 section 3.1).</summary>
    public static bool IsSelector(string text) =>
        MailDomain.TryParse($"{text}.example", out var name, out _) && name.Equals($"{text}.example", StringComparison.OrdinalIgnoreCase);

    /// <summary>The name of the record of a key.</summary>
    public string RecordName(DkimKey key) => $"{key.Selector}._domainkey.{Name}";

    /// <summary>Says what is wrong with the keys together.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var twice in Keys.GroupBy(key => key.Selector, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            yield return $"{Name} has {twice.Count()} keys of the selector {twice.Key}";
        foreach (var kind in Keys.GroupBy(key => key.Algorithm).Where(group => group.Count() > 2))
            yield return $"{Name} has {kind.Count()} keys of {kind.Key}: it takes two, the newer one first";
        if (!Keys.Any(key => key is RsaKey))
            yield return $"{Name} has no RSA key: many verifiers do not know Ed25519, so that it goes only beside RSA";
        foreach (var key in Keys.Where(key => RecordName(key).Length > MostChars))
            yield return $"{RecordName(key)} is longer than {MostChars} characters, the most that DNS takes";
    }
}

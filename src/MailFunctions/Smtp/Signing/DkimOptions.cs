using Microsoft.Extensions.Options;

namespace MailFunctions.Smtp.Signing;

/// <summary>Section <c>MailFunctions:Dkim</c>: the keys that mail is signed with (RFC 6376).</summary>
internal sealed class DkimOptions
{
    public const string Section = "MailFunctions:Dkim";

    /// <summary>
    /// One entry for each key. Of two keys of a domain and algorithm the first is the newer one: it is used once DNS shows it,
    /// and the second until then. Default: none, and mail goes unsigned.
    /// </summary>
    public IList<DkimKeyOptions> Keys { get; } = [];

    /// <summary>
    /// Signs mail from a domain without a key by the key of the nearest domain above it, which DMARC takes for aligned
    /// (relaxed alignment, RFC 9989). Default false.
    /// </summary>
    public bool Subdomains { get; set; }

    /// <summary>Refuses mail from a domain that has no key. Default false: it goes unsigned.</summary>
    public bool Required { get; set; }
}

/// <summary>One key of a domain.</summary>
internal sealed class DkimKeyOptions
{
    public const string Section = DkimOptions.Section + ":Keys:<n>";

    /// <summary>The domain that signs, as in the senders' addresses; the tag <c>d=</c>.</summary>
    public string? Domain { get; set; }

    /// <summary>The name of the key's record below <c>_domainkey</c> of the domain; the tag <c>s=</c>.</summary>
    public string? Selector { get; set; }

    /// <summary>
    /// The private key: PKCS #8 as PEM, in which <c>\n</c> may stand for the end of a line, or its DER in base64. RSA of 2048 to
    /// 4096 bits, or Ed25519 (RFC 8463).
    /// </summary>
    public string? Key { get; set; }
}

/// <summary>Stops the app at start-up when a key cannot be used.</summary>
internal sealed class DkimOptionsValidator : IValidateOptions<DkimOptions>
{
    public ValidateOptionsResult Validate(string? name, DkimOptions options)
    {
        var errors = new List<string>();
        SigningDomains.Read(options, errors);
        return errors.Count > 0 ? ValidateOptionsResult.Fail(errors) : ValidateOptionsResult.Success;
    }
}

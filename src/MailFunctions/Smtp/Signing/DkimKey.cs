namespace MailFunctions.Smtp.Signing;

/// <summary>A private key with the name of its record.</summary>
/// <remarks>Thread safe.</remarks>
internal abstract class DkimKey(string selector)
{
    /// <summary>The tag <c>s=</c>.</summary>
    public string Selector { get; } = selector;

    /// <summary>The tag <c>a=</c> of a signature.</summary>
    public abstract string Algorithm { get; }

    /// <summary>The tag <c>k=</c> of the record (RFC 6376 section 3.6.1, RFC 8463 section 4.2).</summary>
    public abstract string KeyType { get; }

    /// <summary>The tag <c>p=</c> of the record.</summary>
    public abstract string PublicKey { get; }

    /// <summary>The text of the record at <c>{selector}._domainkey.{domain}</c>.</summary>
    public string Record => $"v=DKIM1; k={KeyType}; p={PublicKey}";

    /// <param name="published">The tag <c>p=</c> of a record, without white space.</param>
    public virtual bool IsShownAs(string published) => published == PublicKey;

    /// <summary>Signs a SHA-256 hash. The same hash always gives the same signature.</summary>
    public abstract byte[] Sign(byte[] hash);
}

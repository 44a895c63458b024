using MimeKit;

namespace MailFunctions.Smtp.Signing;

/// <summary>Prepares messages for their signatures.</summary>
internal sealed class MessageSigner(SigningDomains domains, KeyRotation rotation)
{
    /// <param name="fromDomain">The domain of From, in lower-case ASCII.</param>
    /// <param name="acceptedAt">The time that signatures name.</param>
    public OutgoingMessage Prepare(MimeMessage message, string fromDomain, DateTimeOffset acceptedAt)
    {
        var domain = domains.Find(fromDomain);
        return new OutgoingMessage(message, domain, domain is null ? [] : KeysOf(domain), acceptedAt);
    }

    /// <summary>Ed25519 first, so that the signature of RSA, which every verifier knows, is on top.</summary>
    private IReadOnlyList<DkimKey> KeysOf(SigningDomain domain) =>
        [.. domain.Keys.GroupBy(key => key.Algorithm).Select(keys => rotation.Choose(domain, [.. keys])).OrderBy(key => key is RsaKey)];
}

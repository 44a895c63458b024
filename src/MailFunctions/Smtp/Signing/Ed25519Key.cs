using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace MailFunctions.Smtp.Signing;

/// <summary>An Ed25519 key (RFC 8463), by the library that MimeKit brings: the platform has no such keys.</summary>
internal sealed class Ed25519Key(string selector, Ed25519PrivateKeyParameters key) : DkimKey(selector)
{
    public override string Algorithm => "ed25519-sha256";

    public override string KeyType => "ed25519";

    public override string PublicKey { get; } = Convert.ToBase64String(key.GeneratePublicKey().GetEncoded());

    public override byte[] Sign(byte[] hash)
    {
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, key);
        signer.BlockUpdate(hash, 0, hash.Length);
        return signer.GenerateSignature();
    }
}

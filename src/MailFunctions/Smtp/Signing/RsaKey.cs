using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MailFunctions.Smtp.Signing;

/// <summary>An RSA key (RFC 8301).</summary>
internal sealed class RsaKey : DkimKey
{
    public const int FewestBits = 2048;

    /// <summary>The most that every verifier takes (RFC 8301 section 3.2).</summary>
    public const int MostBits = 4096;

    private readonly RSAParameters _parameters;

    /// <summary>The public key as RFC 6376 section 3.6.1 has it, while nearly everyone publishes a SubjectPublicKeyInfo.</summary>
    private readonly string _bare;

    /// <summary>The platform does not say that one instance may sign on several threads.</summary>
    private readonly ConcurrentBag<RSA> _idle = [];

    public RsaKey(string selector, RSA key)
        : base(selector)
    {
        _parameters = key.ExportParameters(includePrivateParameters: true);
        _bare = Convert.ToBase64String(key.ExportRSAPublicKey());
        PublicKey = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
    }

    public override string Algorithm => "rsa-sha256";

    public override string KeyType => "rsa";

    public override string PublicKey { get; }

    public override bool IsShownAs(string published) => base.IsShownAs(published) || published == _bare;

    public override byte[] Sign(byte[] hash)
    {
        if (!_idle.TryTake(out var rsa))
            rsa = RSA.Create(_parameters);
        var signature = rsa.SignHash(hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        _idle.Add(rsa);
        return signature;
    }
}

using System.Security.Cryptography;

namespace MailFunctions.Unsubscription;

/// <summary>A key of unsubscribe tokens. It is never deleted: the links in sent mails have to work for years.</summary>
internal sealed class UnsubscribeKey
{
    public const int SecretBytes = 32;

    private const int DerivedBytes = 32;

    /// <param name="number">Its number, from 1; the newest is used for new mail.</param>
    /// <param name="madeAt">The time at which it was stored.</param>
    public UnsubscribeKey(ushort number, byte[] secret, DateTimeOffset madeAt)
    {
        (Number, MadeAt) = (number, madeAt);
        Encryption = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, DerivedBytes, info: "mailfunctions unsubscribe 1 encryption"u8.ToArray());
        Nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, DerivedBytes, info: "mailfunctions unsubscribe 1 nonce"u8.ToArray());
    }

    public ushort Number { get; }

    public DateTimeOffset MadeAt { get; }

    /// <summary>The key of AES-256-GCM.</summary>
    public byte[] Encryption { get; }

    /// <summary>The key of the hash from which nonces are taken.</summary>
    public byte[] Nonce { get; }
}

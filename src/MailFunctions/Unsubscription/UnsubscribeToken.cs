using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MailFunctions.Mail;

namespace MailFunctions.Unsubscription;

/// <summary>
/// The token of an unsubscribe link, as base64url: version, number of the key, nonce, and the <see cref="Subscription"/> under
/// AES-256-GCM, which also covers version and number. It holds all that the act needs, since the mail's row is purged long
/// before its link is used for the last time.
/// </summary>
/// <remarks>
/// The nonce is a keyed hash of what is encrypted, so one mail has one token, however often it is made. One key is good
/// for 2^32 mails (NIST SP 800-38D section 8.3).
/// </remarks>
internal static class UnsubscribeToken
{
    /// <summary>More characters than any token has.</summary>
    public const int MaxChars = 640;

    private const byte Version = 1;
    private const int HeadBytes = 3;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int IdBytes = 16;

    /// <summary>Opens what no known key has made, so that it costs the same.</summary>
    private static readonly UnsubscribeKey Decoy = new(0, RandomNumberGenerator.GetBytes(UnsubscribeKey.SecretBytes), DateTimeOffset.MinValue);

    public static string Write(UnsubscribeKey key, Subscription subscription)
    {
        var plain = Pack(subscription);
        var token = new byte[HeadBytes + NonceBytes + plain.Length + TagBytes];
        token[0] = Version;
        BinaryPrimitives.WriteUInt16BigEndian(token.AsSpan(1), key.Number);
        HMACSHA256.HashData(key.Nonce, plain).AsSpan(0, NonceBytes).CopyTo(Nonce(token));
        using var cipher = new AesGcm(key.Encryption, TagBytes);
        cipher.Encrypt(Nonce(token), plain, Encrypted(token), Tag(token), token.AsSpan(0, HeadBytes));
        return Base64Url.EncodeToString(token);
    }

    /// <summary>Returns the number of the key that a token names; null for what is no token.</summary>
    public static ushort? KeyOf(string text) => Decode(text) is { } token ? BinaryPrimitives.ReadUInt16BigEndian(token.AsSpan(1)) : null;

    /// <param name="key">The key that it names; null if there is none.</param>
    /// <returns>Null unless the key has made this token. It takes about as long then.</returns>
    public static Subscription? Read(string text, UnsubscribeKey? key)
    {
        var token = Decode(text);
        var known = token is not null && key is not null;
        token ??= new byte[HeadBytes + NonceBytes + IdBytes + TagBytes];
        var plain = new byte[Encrypted(token).Length];
        using var cipher = new AesGcm((key ?? Decoy).Encryption, TagBytes);
        try
        {
            cipher.Decrypt(Nonce(token), Encrypted(token), Tag(token), plain, token.AsSpan(0, HeadBytes));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return known ? Unpack(plain) : null;
    }

    private static Span<byte> Nonce(byte[] token) => token.AsSpan(HeadBytes, NonceBytes);

    private static Span<byte> Encrypted(byte[] token) => token.AsSpan((HeadBytes + NonceBytes)..^TagBytes);

    private static Span<byte> Tag(byte[] token) => token.AsSpan(^TagBytes..);

    /// <returns>Null for what is longer or shorter than any token, of another version, or not the one spelling of its bytes.</returns>
    private static byte[]? Decode(string text)
    {
        if (text.Length > MaxChars || !Base64Url.IsValid(text, out var length) || length <= HeadBytes + NonceBytes + IdBytes + TagBytes)
            return null;
        var token = Base64Url.DecodeFromChars(text);
        return token[0] == Version && Base64Url.EncodeToString(token) == text ? token : null;
    }

    private static byte[] Pack(Subscription subscription)
    {
        var topic = subscription.Topic ?? "";
        return [.. EmailId.Pack([subscription.Email]), (byte)topic.Length, .. Encoding.ASCII.GetBytes(topic), .. Encoding.UTF8.GetBytes(subscription.Mailbox)];
    }

    private static Subscription Unpack(byte[] plain)
    {
        var topic = plain.AsSpan(IdBytes + 1, plain[IdBytes]);
        return new Subscription(
            Encoding.UTF8.GetString(plain.AsSpan(IdBytes + 1 + topic.Length)),
            topic.IsEmpty ? null : Encoding.ASCII.GetString(topic),
            EmailId.Unpack(plain[..IdBytes])[0]);
    }
}

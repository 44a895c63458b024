using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace MailFunctions.Api.Keys;

/// <summary>
/// An API key as its holder has it: <c>mf_{id}_{secret}{check}</c>. The id finds its row and may be shown; of the secret only
/// its SHA-256 is ever kept. The secret is 256 random bits, which nobody guesses however fast the hash is: a slow one,
/// as for passwords that people choose, would cost every call its time and gain nothing. The check is an HMAC-SHA256 of
/// what stands before it, cut to 120 bits, under a key of the storage account: whoever made up a key is refused before
/// storage is asked, by the same work whether or not the id is one of a key.
/// </summary>
/// <param name="Check">Empty in keys that were made before there was one: <c>mf_{id}_{secret}</c>.</param>
internal sealed record ApiKeyText(string Id, string Secret, string Check = "")
{
    /// <summary>Of the key of the checks.</summary>
    public const int CheckKeyBytes = 32;

    private const string Prefix = "mf_";
    private const string IdAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const int IdChars = 12;
    private const int SecretBytes = 32;

    /// <summary>32 bytes as base64url without padding.</summary>
    private const int SecretChars = 43;

    private const int CheckBytes = 15;

    /// <summary>15 bytes as base64url.</summary>
    private const int CheckChars = 20;

    private const int OldChars = 3 + IdChars + 1 + SecretChars;

    public bool HasCheck => Check.Length > 0;

    /// <param name="checkKey">The account's own; <see cref="CheckKeyBytes"/>.</param>
    public static ApiKeyText New(ReadOnlySpan<byte> checkKey)
    {
        var key = NewWithoutCheck();
        return key with { Check = key.CheckUnder(checkKey) };
    }

    /// <summary>As an earlier version of the app made them.</summary>
    internal static ApiKeyText NewWithoutCheck() =>
        new(RandomNumberGenerator.GetString(IdAlphabet, IdChars), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)));

    public static bool TryParse(string? text, [NotNullWhen(true)] out ApiKeyText? key)
    {
        key = null;
        if (text is null || text.Length is not (OldChars or OldChars + CheckChars) || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;

        var (id, secret, check) = (text.Substring(Prefix.Length, IdChars), text.Substring(OldChars - SecretChars, SecretChars), text[OldChars..]);
        if (text[Prefix.Length + IdChars] != '_' || !IsId(id) || !Base64Url.IsValid(secret) || !Base64Url.IsValid(check))
            return false;

        key = new ApiKeyText(id, secret, check);
        return true;
    }

    /// <summary>Nothing else comes into a question to storage.</summary>
    public static bool IsId(string text) => text.Length == IdChars && text.All(c => IdAlphabet.Contains(c, StringComparison.Ordinal));

    /// <summary>Whether the check is that of a key that was made here, by comparing in constant time.</summary>
    public bool IsMadeUnder(ReadOnlySpan<byte> checkKey) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Check), Encoding.ASCII.GetBytes(CheckUnder(checkKey)));

    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(Secret));

    /// <summary>The key itself; to be shown once, to whoever asked for it.</summary>
    public string Reveal() => $"{Prefix}{Id}_{Secret}{Check}";

    /// <summary>Whatever writes it by accident does not write the secret.</summary>
    public override string ToString() => $"{Prefix}{Id}_…";

    private string CheckUnder(ReadOnlySpan<byte> checkKey) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(checkKey, Encoding.ASCII.GetBytes($"{Prefix}{Id}_{Secret}")).AsSpan(0, CheckBytes));
}

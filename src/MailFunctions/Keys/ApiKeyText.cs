using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace MailFunctions.Keys;

/// <summary>
/// The text of an API key: <c>mf_{id}_{secret}{check}</c>. The id finds its row and may be shown; of the secret only the
/// SHA-256 is stored. The secret is 256 random bits, which cannot be guessed however fast the hash is: a slow hash, as for
/// passwords that people choose, would delay every call without any gain. The check is an HMAC-SHA256 of the text before it,
/// cut to 120 bits, under a key of the storage account: an invented key is refused without a storage request, with the same
/// work whether or not its id exists.
/// </summary>
/// <param name="Check">Empty in keys from before the check was introduced: <c>mf_{id}_{secret}</c>.</param>
internal sealed record ApiKeyText(string Id, string Secret, string Check = "")
{
    /// <summary>The length of the key for the checks.</summary>
    public const int CheckKeyBytes = 32;

    /// <summary>The beginning of every API key.</summary>
    public const string Prefix = "mf_";

    private const string IdAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const int IdChars = 12;
    private const int SecretBytes = 32;

    /// <summary>The length of 32 bytes as base64url without padding.</summary>
    private const int SecretChars = 43;

    private const int CheckBytes = 15;

    /// <summary>The length of 15 bytes as base64url.</summary>
    private const int CheckChars = 20;

    private const int OldChars = 3 + IdChars + 1 + SecretChars;

    public bool HasCheck => Check.Length > 0;

    /// <param name="checkKey">The key of the storage account; <see cref="CheckKeyBytes"/> long.</param>
    public static ApiKeyText New(ReadOnlySpan<byte> checkKey)
    {
        var key = NewWithoutCheck();
        return key with { Check = key.CheckUnder(checkKey) };
    }

    /// <summary>Makes a key as an earlier version of the app did.</summary>
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

    /// <summary>Tests whether a text was meant as an API key, valid or not.</summary>
    public static bool IsMeant(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Validates an id, so that a storage query contains no other text.</summary>
    public static bool IsId(string text) => text.Length == IdChars && text.All(c => IdAlphabet.Contains(c, StringComparison.Ordinal));

    /// <summary>Tests the check in constant time: whether the key was made by this app.</summary>
    public bool IsMadeUnder(ReadOnlySpan<byte> checkKey) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Check), Encoding.ASCII.GetBytes(CheckUnder(checkKey)));

    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(Secret));

    /// <summary>Returns the whole key, to be shown once to the person who asked for it.</summary>
    public string Reveal() => $"{Prefix}{Id}_{Secret}{Check}";

    /// <summary>Omits the secret, so that no accidental use of the text reveals it.</summary>
    public override string ToString() => $"{Prefix}{Id}_…";

    private string CheckUnder(ReadOnlySpan<byte> checkKey) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(checkKey, Encoding.ASCII.GetBytes($"{Prefix}{Id}_{Secret}")).AsSpan(0, CheckBytes));
}

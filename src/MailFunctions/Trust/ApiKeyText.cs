using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace MailFunctions.Trust;

/// <summary>
/// An API key as its holder has it: <c>mf_{id}_{secret}</c>. The id finds its row and may be shown; of the secret only
/// its SHA-256 is ever kept. The secret is 256 random bits, which nobody guesses however fast the hash is: a slow one,
/// as for passwords that people choose, would cost every call its time and gain nothing.
/// </summary>
internal sealed record ApiKeyText(string Id, string Secret)
{
    private const string Prefix = "mf_";
    private const string IdAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const int IdChars = 12;
    private const int SecretBytes = 32;

    /// <summary>32 bytes as base64url without padding.</summary>
    private const int SecretChars = 43;

    public static ApiKeyText New() =>
        new(RandomNumberGenerator.GetString(IdAlphabet, IdChars), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes)));

    public static bool TryParse(string? text, [NotNullWhen(true)] out ApiKeyText? key)
    {
        key = null;
        if (text is null || text.Length != Prefix.Length + IdChars + 1 + SecretChars || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;

        var (id, secret) = (text.Substring(Prefix.Length, IdChars), text[^SecretChars..]);
        if (text[Prefix.Length + IdChars] != '_' || !IsId(id) || !Base64Url.IsValid(secret))
            return false;

        key = new ApiKeyText(id, secret);
        return true;
    }

    /// <summary>Nothing else comes into a question to storage.</summary>
    public static bool IsId(string text) => text.Length == IdChars && text.All(c => IdAlphabet.Contains(c, StringComparison.Ordinal));

    public byte[] Hash() => SHA256.HashData(Encoding.ASCII.GetBytes(Secret));

    /// <summary>The key itself; to be shown once, to whoever asked for it.</summary>
    public string Reveal() => $"{Prefix}{Id}_{Secret}";

    /// <summary>Whatever writes it by accident does not write the secret.</summary>
    public override string ToString() => $"{Prefix}{Id}_…";
}

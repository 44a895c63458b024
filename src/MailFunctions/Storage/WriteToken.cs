using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace MailFunctions.Storage;

/// <summary>
/// Marks the writer of a row. The SDK repeats a write whose answer was lost, and then gets a conflict with its own first
/// try: the token in the stored row distinguishes own success from another writer's.
/// </summary>
internal static class WriteToken
{
    /// <summary>The length of a token: that of 9 octets as base64url.</summary>
    public const int Chars = 12;

    private const int Octets = 9;

    /// <summary>The characters of a token: base64url (RFC 4648 section 5).</summary>
    public static SearchValues<char> Alphabet { get; } = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>The source of tokens. A simulation sets its own, so that a seed repeats a run; nothing else does.</summary>
    public static RandomNumberGenerator Source { get; set; } = RandomNumberGenerator.Create();

    public static string New()
    {
        Span<byte> octets = stackalloc byte[Octets];
        Source.GetBytes(octets);
        return Base64Url.EncodeToString(octets);
    }
}

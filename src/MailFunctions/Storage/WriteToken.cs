using System.Buffers.Text;
using System.Security.Cryptography;

namespace MailFunctions.Storage;

/// <summary>
/// Marks the writer of a row. The SDK repeats a write whose answer was lost, and then gets a conflict with its own first
/// try: the token in the stored row distinguishes own success from another writer's.
/// </summary>
internal static class WriteToken
{
    private const int Octets = 9;

    /// <summary>The source of tokens. A simulation sets its own, so that a seed repeats a run; nothing else does.</summary>
    public static RandomNumberGenerator Source { get; set; } = RandomNumberGenerator.Create();

    public static string New()
    {
        Span<byte> octets = stackalloc byte[Octets];
        Source.GetBytes(octets);
        return Base64Url.EncodeToString(octets);
    }
}

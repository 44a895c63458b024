using System.Buffers.Text;
using System.Security.Cryptography;

namespace MailFunctions.Storage;

/// <summary>
/// Marks the writer of a row. The SDK repeats a write whose answer was lost, and then gets a conflict with its own first
/// try: the token in the stored row distinguishes own success from another writer's.
/// </summary>
internal static class WriteToken
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(9));
}

using System.Buffers.Text;
using System.Security.Cryptography;

namespace MailFunctions.Storage;

/// <summary>
/// Marks who wrote a row. The SDK repeats a write whose answer was lost, and is told "conflict" by its own first try:
/// the token in the row that stands tells own success from another's.
/// </summary>
internal static class WriteToken
{
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(9));
}

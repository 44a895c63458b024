using System.Security.Cryptography;
using System.Text;

namespace MailFunctions.Mail;

/// <summary>Names a recipient without the address, for use in URLs, which all kinds of logs repeat.</summary>
internal static class RecipientHash
{
    public const int Length = 2 * SHA256.HashSizeInBytes;

    /// <summary>
    /// The envelope form in lower case and in NFC: nearly every mailbox provider treats local parts so, although RFC 5321
    /// section 2.4 allows otherwise.
    /// </summary>
    public static string Normalise(string mailbox) => MailboxForm.Canonical(MailboxForm.Canonical(mailbox).ToLowerInvariant());

    /// <summary>SHA-256 of the normalised address in UTF-8, as lower-case hexadecimal digits.</summary>
    public static string Of(string mailbox) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Normalise(mailbox))));
}

namespace MailFunctions.Mail;

/// <summary>A file that a mail names instead of including it: a blob, exactly as it was when the mail was accepted.</summary>
/// <param name="Container">The container configured at that time.</param>
/// <param name="ETag">The ETag as storage returns it.</param>
/// <param name="Sha256">The hash of its bytes, in lower-case hexadecimal digits; empty until it is read.</param>
/// <param name="Length">The length in bytes.</param>
internal sealed record FileReference(string Container, string Name, string ETag, string Sha256, long Length);

/// <summary>The result of a look at a named file.</summary>
/// <param name="Reference">Null if it cannot be attached.</param>
/// <param name="Length">The length in bytes, even if too large; 0 if unknown.</param>
/// <param name="Fault">The error in its name; null if only its length is wrong.</param>
internal readonly record struct FoundFile(FileReference? Reference, long Length, string? Fault)
{
    public static FoundFile BeingWritten { get; } = Wrong("names a file that was being written: send the request again");

    public static FoundFile Wrong(string fault) => new(null, 0, fault);
}

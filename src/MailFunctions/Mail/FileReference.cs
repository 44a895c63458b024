namespace MailFunctions.Mail;

/// <summary>A file that a mail names and does not bring: a blob, exactly as it was when the mail was accepted.</summary>
/// <param name="Container">The one that was configured then.</param>
/// <param name="ETag">As the service gives it.</param>
/// <param name="Sha256">Of its bytes, in lower-case hexadecimal digits; empty until it is read.</param>
/// <param name="Length">Bytes.</param>
public sealed record FileReference(string Container, string Name, string ETag, string Sha256, long Length);

/// <summary>What a look at a named file found.</summary>
/// <param name="Reference">Null when it cannot be attached.</param>
/// <param name="Length">Bytes, also of one that is too large; 0 when that is not known.</param>
/// <param name="Fault">What is wrong with its name, unless it is only its length.</param>
internal readonly record struct FoundFile(FileReference? Reference, long Length, string? Fault)
{
    public static FoundFile BeingWritten { get; } = Wrong("names a file that was being written: send the request again");

    public static FoundFile Wrong(string fault) => new(null, 0, fault);
}

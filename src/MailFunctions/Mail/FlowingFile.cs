namespace MailFunctions.Mail;

/// <summary>A file whose bytes are read only while a mail is sent.</summary>
/// <param name="Length">The length in bytes.</param>
/// <param name="CopyToAsync">
/// Copies the bytes, on every call. Only its return confirms that they were the right ones: it throws an
/// <see cref="UnreadableFileException"/> if they are not.
/// </param>
internal sealed record FlowingFile(long Length, Func<Stream, CancellationToken, Task> CopyToAsync);

/// <summary>A file that a mail names cannot be read as it was when the mail was accepted.</summary>
internal sealed class UnreadableFileException(string message, Exception? inner) : Exception(message, inner)
{
    /// <summary>True if storage is to blame, not the file; the inner exception has the details.</summary>
    public bool IsOutage => InnerException is not null;
}

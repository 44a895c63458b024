namespace MailFunctions.Mail;

/// <summary>A file whose bytes are read only while a mail is sent.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="CopyToAsync">
/// Copies the bytes, as often as it is called. Whether they were the right ones is known when it returns, and not before: it
/// throws an <see cref="UnreadableFileException"/> when they are not.
/// </param>
internal sealed record FlowingFile(long Length, Func<Stream, CancellationToken, Task> CopyToAsync);

/// <summary>A file that a mail names cannot be read as it was when the mail was accepted.</summary>
internal sealed class UnreadableFileException(string message, Exception? inner) : Exception(message, inner)
{
    /// <summary>Storage is to blame and not the file: the inner exception says how.</summary>
    public bool IsOutage => InnerException is not null;
}

namespace MailFunctions.Smtp;

/// <summary>The envelope of one transaction (RFC 5321 section 2.3.1).</summary>
/// <param name="Sender">The return path: the address in From, unless the settings name another (<see cref="ReturnPaths"/>).</param>
/// <param name="Recipients">1 to 50 distinct mailboxes.</param>
/// <param name="HeaderNeedsSmtpUtf8">An address in the header has a local part beyond ASCII, in the envelope or not.</param>
internal sealed record Envelope(string Sender, IReadOnlyList<string> Recipients, bool HeaderNeedsSmtpUtf8 = false)
{
    /// <summary>
    /// A local part beyond ASCII, in the envelope or in the header, needs a relay with SMTPUTF8 (RFC 6531
    /// section 3.4, RFC 6532 section 3.2).
    /// </summary>
    public bool NeedsSmtpUtf8 { get; } = HeaderNeedsSmtpUtf8 || !System.Text.Ascii.IsValid(Sender) || Recipients.Any(mailbox => !System.Text.Ascii.IsValid(mailbox));
}

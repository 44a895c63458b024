namespace MailFunctions.Smtp;

/// <summary>The envelope of one transaction (RFC 5321 section 2.3.1).</summary>
/// <param name="Recipients">1 to 50 distinct mailboxes.</param>
internal sealed record Envelope(string Sender, IReadOnlyList<string> Recipients)
{
    /// <summary>A local part beyond ASCII takes a relay with SMTPUTF8 (RFC 6531 section 3.4).</summary>
    public bool NeedsSmtpUtf8 { get; } = !System.Text.Ascii.IsValid(Sender) || Recipients.Any(mailbox => !System.Text.Ascii.IsValid(mailbox));
}

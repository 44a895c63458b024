namespace MailFunctions.Mail;

/// <summary>
/// One mailbox (RFC 5321 section 4.1.2), parsed at the edge. <see cref="Mailbox"/> is the form that goes into the
/// envelope: the local part in NFC and otherwise as given, the domain in lower-case ASCII (IDNA 2008).
/// </summary>
/// <param name="DisplayName">The display name, Unicode; empty if there is none.</param>
/// <param name="LocalPart">Up to 64 octets of UTF-8 (RFC 5321 section 4.5.3.1.1).</param>
/// <param name="Domain">Up to 255 octets of lower-case ASCII (RFC 5321 section 4.5.3.1.2).</param>
internal readonly record struct EmailAddress(string DisplayName, string LocalPart, string Domain)
{
    public string Mailbox => $"{LocalPart}@{Domain}";

    /// <summary>True if the local part has characters beyond ASCII: only a relay with SMTPUTF8 (RFC 6531) can take it.</summary>
    public bool NeedsSmtpUtf8 => !System.Text.Ascii.IsValid(LocalPart);
}

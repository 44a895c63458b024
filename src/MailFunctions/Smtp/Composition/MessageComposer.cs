using System.Text;
using MailFunctions.Mail;
using MimeKit;

namespace MailFunctions.Smtp.Composition;

/// <summary>
/// Makes the message that a relay gets. The same email gives the same bytes each time, so that a retry is the same
/// message to whoever compares: Message-ID, date, boundaries and encodings depend on nothing but the arguments.
/// </summary>
internal static class MessageComposer
{
    /// <summary>The line length that encodings keep to (RFC 2045 section 6.7); text with longer lines is encoded.</summary>
    private const int MaxLine = 78;

    /// <summary>With its quotes, and every character of it escaped, it still fits on a line with the longest field name.</summary>
    private const int MaxPlainName = 30;

    /// <summary>Stands in place of recipients that are all in bcc.</summary>
    private const string Undisclosed = "undisclosed-recipients";

    /// <returns>A message of ASCII alone, except for local parts beyond ASCII (<see cref="EmailAddress.NeedsSmtpUtf8"/>).</returns>
    public static MimeMessage Compose(EmailId id, EmailContent content, DateTimeOffset date)
    {
        // From no headers: a message from nothing would be given an id and a date first.
        var message = new MimeMessage(Enumerable.Empty<Header>());
        WriteHeaders(message, id, content, date);
        message.Body = new BodyTree(id).Build(content);
        message.Prepare(EncodingConstraint.SevenBit, MaxLine);
        return message;
    }

    /// <summary>Names the email in the Message-ID of every attempt (RFC 5322 section 3.6.4), without angle brackets.</summary>
    public static string MessageId(EmailId id, EmailAddress sender) => $"{id}@{sender.Domain}";

    private static void WriteHeaders(MimeMessage message, EmailId id, EmailContent content, DateTimeOffset date)
    {
        message.Date = date.ToUniversalTime();
        message.From.Add(Mailbox(content.From));
        message.To.AddRange(content.To.Select(Mailbox));
        message.Cc.AddRange(content.Cc.Select(Mailbox));
        // Legal without (RFC 5322 section 3.6), and a mark of spam to filters: the empty group is what section 3.4 has it for.
        if (content.To.Count + content.Cc.Count == 0)
            message.To.Add(new GroupAddress(Undisclosed));
        message.ReplyTo.AddRange(content.ReplyTo.Select(Mailbox));
        message.Headers.Add(HeaderLine.Of("Subject", content.Subject));
        message.MessageId = MessageId(id, content.From);
        foreach (var field in content.Headers)
            message.Headers.Add(HeaderLine.Of(field.Name, field.Value));
    }

    private static MailboxAddress Mailbox(EmailAddress address) =>
        new(Encoding.UTF8, IsPlainName(address.DisplayName) ? address.DisplayName : EncodedWords.Of(address.DisplayName, " "), address.Mailbox);

    /// <summary>
    /// A name that goes into the header as it stands, in quotes where needed. Longer ones would be folded inside the
    /// quotes, and what looks like an encoded word would be read as one.
    /// </summary>
    private static bool IsPlainName(string name) =>
        name.Length <= MaxPlainName
        && Ascii.IsValid(name)
        && !name.Contains("=?", StringComparison.Ordinal)
        && !name.Contains("  ", StringComparison.Ordinal);
}

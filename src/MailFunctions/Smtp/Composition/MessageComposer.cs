using System.Text;
using MailFunctions.Mail;
using MimeKit;

namespace MailFunctions.Smtp.Composition;

/// <summary>
/// Composes the message for a relay. The same email gives the same bytes each time, so that a retry is recognised as the
/// same message: Message-ID, date, boundaries and encodings depend on nothing but the arguments.
/// </summary>
internal static class MessageComposer
{
    /// <summary>The line length that encodings keep to (RFC 2045 section 6.7); text with longer lines is encoded.</summary>
    private const int MaxLine = 78;

    /// <summary>
    /// A name of this length, in quotes and with every character escaped, still fits on a line with the longest field name.
    /// </summary>
    private const int MaxPlainName = 30;

    /// <summary>The name of the empty group that replaces recipients that are all in bcc.</summary>
    private const string Undisclosed = "undisclosed-recipients";

    /// <returns>A message of ASCII alone, except for local parts beyond ASCII (<see cref="EmailAddress.NeedsSmtpUtf8"/>).</returns>
    public static MimeMessage Compose(EmailId id, EmailContent content, DateTimeOffset date)
    {
        // An empty list of headers: the constructor without arguments would add an id and a date first.
        var message = new MimeMessage(Enumerable.Empty<Header>());
        WriteHeaders(message, id, content, date);
        message.Body = new BodyTree(id).Build(content.Unsubscribe is { } link ? content with { Text = link.Fill(content.Text), Html = link.Fill(content.Html) } : content);
        message.Prepare(EncodingConstraint.SevenBit, MaxLine);
        return message;
    }

    /// <summary>Returns the Message-ID of every attempt of the email (RFC 5322 section 3.6.4), without angle brackets.</summary>
    public static string MessageId(EmailId id, EmailAddress sender) => $"{id}@{sender.Domain}";

    private static void WriteHeaders(MimeMessage message, EmailId id, EmailContent content, DateTimeOffset date)
    {
        message.Date = date.ToUniversalTime();
        message.From.Add(Mailbox(content.From));
        message.To.AddRange(content.To.Select(Mailbox));
        message.Cc.AddRange(content.Cc.Select(Mailbox));
        // A message without To is legal (RFC 5322 section 3.6), but filters take it for spam: the empty group of
        // section 3.4 is for this case.
        if (content.To.Count + content.Cc.Count == 0)
            message.To.Add(new GroupAddress(Undisclosed));
        message.ReplyTo.AddRange(content.ReplyTo.Select(Mailbox));
        message.Headers.Add(HeaderLine.Of("Subject", content.Subject));
        message.MessageId = MessageId(id, content.From);
        foreach (var field in content.Headers)
            message.Headers.Add(HeaderLine.Of(field.Name, field.Value));
        if (content.Unsubscribe is { } link)
            WriteUnsubscribe(message, link);
    }

    /// <summary>The https URI comes first (RFC 2369 section 2), and there is one (RFC 8058 section 3.1).</summary>
    private static void WriteUnsubscribe(MimeMessage message, UnsubscribeLink link)
    {
        message.Headers.Add(HeaderLine.Of("List-Unsubscribe", link.Mailto is { } mailto ? $"<{link.Url}>, <{mailto}>" : $"<{link.Url}>"));
        message.Headers.Add(HeaderLine.Of("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }

    private static MailboxAddress Mailbox(EmailAddress address) =>
        new(Encoding.UTF8, IsPlainName(address.DisplayName) ? address.DisplayName : EncodedWords.Of(address.DisplayName, " "), address.Mailbox);

    /// <summary>
    /// Recognises a name that goes into the header unchanged, in quotes where needed. A longer one would be folded inside
    /// the quotes, and one that looks like an encoded word would be decoded.
    /// </summary>
    private static bool IsPlainName(string name) =>
        name.Length <= MaxPlainName
        && Ascii.IsValid(name)
        && !name.Contains("=?", StringComparison.Ordinal)
        && !name.Contains("  ", StringComparison.Ordinal);
}

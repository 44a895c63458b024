using System.Text;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>A mail that the server took responsibility for, and what it came in.</summary>
public sealed record ReceivedMail
{
    /// <summary>In the order of arrival, from 1. Two arrivals of one message are two mails.</summary>
    public required int Number { get; init; }

    public required int Connection { get; init; }

    /// <summary>"" is the null reverse-path.</summary>
    public required string Sender { get; init; }

    /// <summary>The recipients that the server accepted, in the order of their RCPT.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>ESMTP parameters of MAIL, such as SIZE, BODY, RET and ENVID.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>ESMTP parameters of each accepted RCPT, such as NOTIFY and ORCPT.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, string>> RecipientParameters { get; init; }

    /// <summary>The message, octet by octet, without dot-stuffing, ending in CRLF.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    public required bool IsTls { get; init; }

    public required string? User { get; init; }

    /// <summary>The value of the first header field of that name, unfolded; null when there is none.</summary>
    public string? Header(string name)
    {
        var text = Encoding.UTF8.GetString(Content.Span);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var head = "\r\n" + (end < 0 ? text : text[..end]).Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal);
        var at = head.IndexOf($"\r\n{name}:", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return null;
        var value = head[(at + name.Length + 3)..];
        var stop = value.IndexOf("\r\n", StringComparison.Ordinal);
        return (stop < 0 ? value : value[..stop]).Trim();
    }
}

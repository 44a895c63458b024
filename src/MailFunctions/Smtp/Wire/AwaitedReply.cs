namespace MailFunctions.Smtp.Wire;

/// <summary>The kind of input that a reply is awaited for.</summary>
internal enum AwaitedReply
{
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,

    /// <summary>The content that follows DATA, up to its final dot.</summary>
    Content,

    /// <summary>BDAT with its chunk (RFC 3030).</summary>
    Chunk,

    /// <summary>RSET or NOOP.</summary>
    Idle,

    Quit,

    /// <summary>A command that this app does not know.</summary>
    Other,
}

/// <summary>
/// Defines which replies are valid for which command: the sequences of RFC 5321 section 4.3.2,
/// RFC 3207, RFC 3030 and RFC 4954.
/// </summary>
internal static class AwaitedReplies
{
    /// <summary>
    /// Says whether a reply code is valid. Any command may be refused, with 4yz or 5yz. A positive reply to something
    /// else shows that replies are out of step.
    /// </summary>
    public static bool CanBe(this AwaitedReply awaited, int code) => code >= 400 || awaited switch
    {
        AwaitedReply.Greeting or AwaitedReply.StartTls => code == 220,
        AwaitedReply.Auth => code is 235 or 334,
        AwaitedReply.Rcpt or AwaitedReply.Content or AwaitedReply.Chunk => code is 250 or 251 or 252,
        AwaitedReply.Data => code == 354,
        AwaitedReply.Quit or AwaitedReply.Other => true,
        _ => code == 250,
    };

    /// <summary>Returns the end of "… was answered with …".</summary>
    public static string Name(this AwaitedReply awaited) => awaited switch
    {
        AwaitedReply.Greeting => "the connection",
        AwaitedReply.Content => "the content",
        AwaitedReply.Chunk => "BDAT",
        AwaitedReply.Idle => "RSET or NOOP",
        AwaitedReply.Other => "a command",
        _ => awaited.ToString().ToUpperInvariant(),
    };
}

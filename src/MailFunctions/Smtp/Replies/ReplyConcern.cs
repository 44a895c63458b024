using MailFunctions.Smtp.Relays;

namespace MailFunctions.Smtp.Replies;

/// <summary>The subject of a refusal.</summary>
internal enum ReplyConcern
{
    /// <summary>The recipient, or the mail, at a stage whose refusal is final.</summary>
    Recipient,

    /// <summary>This mail: its size, its content, the syntax of its sender.</summary>
    Message,

    /// <summary>This app: its credentials, limits, address, name, rights. Every other mail would get the same.</summary>
    Us,

    /// <summary>5yz at MAIL with an unknown text: about this mail's sender, or about all our mail.</summary>
    Unclear,
}

/// <summary>The meaning of a reply.</summary>
/// <param name="Cause">What is wrong on our side; null unless <paramref name="Concern"/> is <see cref="ReplyConcern.Us"/>.</param>
internal readonly record struct ReplyMeaning(ReplyConcern Concern, RelayCause? Cause);

/// <summary>The stages at which a rule applies.</summary>
[Flags]
internal enum ReplyStages
{
    /// <summary>Greeting, STARTTLS, EHLO, AUTH.</summary>
    Session = 1,
    MailFrom = 2,
    Rcpt = 4,

    /// <summary>DATA, BDAT and the end of the content.</summary>
    Content = 8,

    /// <summary>The stages at which the relay itself replies: no recipient's server is known yet.</summary>
    ByRelay = Session | MailFrom,

    /// <summary>The stages at which a recipient's server behind the relay may choose the words.</summary>
    Beyond = Rcpt | Content,
    Any = ByRelay | Beyond,
}

using MailFunctions.Smtp.Relays;

namespace MailFunctions.Smtp.Replies;

/// <summary>Whom a refusal concerns.</summary>
internal enum ReplyConcern
{
    /// <summary>The recipient, or the mail, at a stage that settles it.</summary>
    Recipient,

    /// <summary>This mail: its size, its content, the syntax of its sender.</summary>
    Message,

    /// <summary>Us: our credentials, limits, address, name, rights. Every other mail would hear the same.</summary>
    Us,

    /// <summary>5yz at MAIL that says nothing which is known: this mail's sender, or all of us.</summary>
    Unclear,
}

/// <summary>What a reply means.</summary>
/// <param name="Cause">What is wrong with us; null unless <paramref name="Concern"/> is <see cref="ReplyConcern.Us"/>.</param>
internal readonly record struct ReplyMeaning(ReplyConcern Concern, RelayCause? Cause);

/// <summary>The stages at which a rule holds.</summary>
[Flags]
internal enum ReplyStages
{
    /// <summary>Greeting, STARTTLS, EHLO, AUTH.</summary>
    Session = 1,
    MailFrom = 2,
    Rcpt = 4,

    /// <summary>DATA, BDAT and the end of the content.</summary>
    Content = 8,

    /// <summary>What the relay itself says: no recipient's server is known there yet.</summary>
    ByRelay = Session | MailFrom,

    /// <summary>Where a recipient's server behind the relay may choose the words.</summary>
    Beyond = Rcpt | Content,
    Any = ByRelay | Beyond,
}

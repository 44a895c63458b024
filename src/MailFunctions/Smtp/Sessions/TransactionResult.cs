using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;

namespace MailFunctions.Smtp.Sessions;

/// <summary>The result of one SMTP transaction, for each recipient that it addressed.</summary>
/// <param name="Bytes">The size of the message on the wire; 0 when no content was sent.</param>
internal sealed record TransactionResult(IReadOnlyList<RecipientReply> Recipients, long Bytes, TimeSpan Duration)
{
    /// <summary>Returns the result of a mail that no command was sent for: all of its recipients are deferred.</summary>
    public static TransactionResult Unsent(Envelope envelope, string why)
    {
        var reply = new SmtpReply(SmtpStage.Local, 0, null, why);
        return new TransactionResult([.. envelope.Recipients.Select(mailbox => new RecipientReply(mailbox, RecipientStatus.Deferred, reply))], 0, TimeSpan.Zero);
    }

    /// <summary>
    /// The connection was lost, or the relay closed it, before DATA: nothing has happened, and
    /// another connection may succeed.
    /// </summary>
    public bool IsLostBeforeData { get; init; }

    /// <summary>
    /// Replies did not answer the commands that they were read for (RFC 5321 section 4.3.2), so that none of them counts.
    /// </summary>
    public bool IsOutOfStep { get; init; }

    /// <summary>
    /// Why the relay accepted nothing of it, when that is about us and not about the mail: the attempt does not count. Null
    /// otherwise, and where only a recipient's server may have sent the reply.
    /// </summary>
    public RelayCause? Ours { get; init; }
}

internal readonly record struct RecipientReply(string Mailbox, RecipientStatus Status, SmtpReply Reply);

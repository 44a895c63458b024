using MailFunctions.Ledger;

namespace MailFunctions.Smtp;

/// <summary>What one SMTP transaction did, per recipient that it addressed.</summary>
/// <param name="Bytes">The size of the message on the wire; 0 when it did not come to that.</param>
internal sealed record TransactionResult(IReadOnlyList<RecipientReply> Recipients, long Bytes, TimeSpan Duration);

internal readonly record struct RecipientReply(string Mailbox, RecipientStatus Status, SmtpReply Reply);

/// <summary>No session could be had: nothing of any mail has happened.</summary>
internal sealed class RelayUnreachableException(string relay, SmtpReply reply, Exception? inner)
    : Exception($"Relay {relay}: {reply.Text}", inner)
{
    public SmtpReply Reply { get; } = reply;
}

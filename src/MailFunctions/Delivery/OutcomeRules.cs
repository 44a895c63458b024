using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sessions;
using MailFunctions.Storage;

namespace MailFunctions.Delivery;

/// <summary>Turns the result of an attempt into its event: the next state, and when to try again. Pure except for the jitter.</summary>
internal sealed class OutcomeRules(RetrySchedule retry)
{
    /// <summary>More attempts than any retry schedule makes; storage would refuse a row that grew without bound.</summary>
    public const int MaxAttempts = 1000;

    /// <summary>The event of an SMTP transaction, complete or broken off.</summary>
    public EmailEvent OfTransaction(LedgerRow row, TransactionResult result, DateTimeOffset now)
    {
        var replies = result.Recipients.ToDictionary(reply => reply.Mailbox, StringComparer.Ordinal);
        var heard = row.Recipients.Where(recipient => recipient.IsOpen && replies.ContainsKey(recipient.Mailbox)).Select(recipient =>
        {
            var reply = replies[recipient.Mailbox];
            return recipient with { Status = reply.Status, Attempt = row.Attempt, Reply = reply.Reply };
        }).ToList();
        var deferrals = heard.Where(recipient => recipient.Status == RecipientStatus.Deferred).Select(recipient => recipient.Reply!);
        var wait = retry.AfterAttempt(row.Lane, row.Attempt, deferrals, heard.Exists(recipient => recipient.Status == RecipientStatus.Sent));
        return Conclude(Blank(row, now) with { Bytes = result.Bytes, Duration = result.Duration, Recipients = heard }, row, WaitAfter([.. deferrals]), wait);
    }

    /// <summary>The event of an attempt whose worker was lost, or failed, when DATA may have begun: delivery is uncertain.</summary>
    public EmailEvent OfLoss(LedgerRow row, string why, DateTimeOffset now)
    {
        var reply = new SmtpReply(SmtpStage.FinalDot, 0, null, why);
        var lost = row.Recipients.Where(recipient => recipient.IsOpen)
            .Select(recipient => recipient with { Status = RecipientStatus.Uncertain, Attempt = row.Attempt, Reply = reply });
        return Conclude(Blank(row, now) with { Recipients = [.. lost] }, row, WaitReason.OutcomeUnknown, retry.AfterAttempt(row.Lane, row.Attempt));
    }

    /// <summary>The event of a claimed attempt in which DATA did not begin: no recipient changes.</summary>
    public static EmailEvent OfNoBeginning(LedgerRow row, string why, WaitReason reason, TimeSpan wait, DateTimeOffset now) =>
        Conclude(Blank(row, now), row, reason, wait) with { Reason = why };

    /// <summary>The state of an email, derived from its recipients, when none of them will be tried again.</summary>
    public static EmailState Settled(IReadOnlyCollection<Recipient> recipients)
    {
        if (recipients.Any(recipient => recipient.Status == RecipientStatus.Uncertain))
            return EmailState.Uncertain;
        if (recipients.Any(recipient => recipient.IsOpen))
            return EmailState.Expired;
        if (recipients.All(recipient => recipient.Status == RecipientStatus.Sent))
            return EmailState.Sent;
        if (recipients.All(recipient => recipient.IsSuppressed))
            return EmailState.Suppressed;
        return recipients.Any(recipient => recipient.Status == RecipientStatus.Sent) ? EmailState.Partial : EmailState.Failed;
    }

    private static EmailEvent Blank(LedgerRow row, DateTimeOffset now) => new()
    {
        Key = row.Claim!.Event,
        Id = row.Id,
        Kind = EventKind.Attempt,
        Attempt = row.Attempt,
        At = now,
        Lane = row.Lane,
        Relay = row.Claim.Relay,
        SendableAt = row.SendableAt,
        Tags = row.Tags,
        State = EmailState.Deferred,
        Token = WriteToken.New(),
    };

    private static EmailEvent Conclude(EmailEvent e, LedgerRow row, WaitReason reason, TimeSpan wait)
    {
        var recipients = Projection.Recipients(row, e);
        var due = e.At + wait;
        var goesOn = recipients.Any(recipient => recipient.IsOpen) && due < row.ExpiresAt && row.Attempt < MaxAttempts;
        return e with
        {
            // Recipients left out of this attempt are reported, and counted, with it.
            Recipients = [.. e.Recipients, .. row.Recipients.Where(recipient => recipient.IsSuppressed && recipient.Attempt == row.Attempt)],
            State = goesOn ? EmailState.Deferred : Settled(recipients),
            NextDue = goesOn ? due : null,
            WaitingFor = goesOn ? reason : null,
            Reason = Sentence(recipients),
        };
    }

    /// <summary>Why a mail waits after a transaction, given the replies that deferred recipients; without any, recipients are uncertain.</summary>
    private static WaitReason WaitAfter(List<SmtpReply> deferrals)
    {
        if (deferrals.Count == 0)
            return WaitReason.OutcomeUnknown;
        if (deferrals.Exists(reply => reply.Code > 0))
            return WaitReason.DeferredByReply;
        return deferrals.Exists(reply => reply.Stage == SmtpStage.Local) ? WaitReason.ProcessingFailed : WaitReason.ConnectionLost;
    }

    /// <summary>A sentence for the reply that prevents delivery, if any; the suppression list only if no other reply does.</summary>
    private static string? Sentence(IReadOnlyCollection<Recipient> recipients) =>
        recipients.Where(recipient => recipient.Status != RecipientStatus.Sent && recipient.Reply is not null).MinBy(recipient => recipient.IsSuppressed)?.Reply is { } reply
            ? $"{reply.ToSentence()} {ReplyTable.Of(reply).Cause?.Sentence()}".TrimEnd()
            : null;
}

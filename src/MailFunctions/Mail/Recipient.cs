using System.Text.Json.Serialization;

namespace MailFunctions.Mail;

public enum RecipientKind
{
    To,
    Cc,
    Bcc,
}

/// <summary>What is known of one recipient. A retry addresses only those that are still open.</summary>
public enum RecipientStatus
{
    /// <summary>Open: no attempt has said anything about it yet.</summary>
    Pending,

    /// <summary>Open: a relay said "not now".</summary>
    Deferred,

    /// <summary>Settled unless policy says retry: the relay may have taken it.</summary>
    Uncertain,

    /// <summary>Settled: the relay took responsibility for it (RFC 5321 section 4.2.5).</summary>
    Sent,

    /// <summary>Settled: a relay refused it for good.</summary>
    Rejected,

    /// <summary>Settled: it was on the suppression list when a delivery looked. It stays so for this mail, whatever becomes of the list.</summary>
    Suppressed,
}

/// <summary>The stage of an SMTP session at which something was learnt; it decides whom a reply concerns.</summary>
public enum SmtpStage
{
    /// <summary>Before anything was sent: our own composition, or a rule of ours.</summary>
    Local,
    Connect,
    StartTls,
    Ehlo,
    Auth,
    MailFrom,
    RcptTo,
    Data,

    /// <summary>Between the end of the content and its reply.</summary>
    FinalDot,
}

/// <summary>What a relay answered, or what went wrong instead of an answer.</summary>
/// <param name="Stage">The command that it answers.</param>
/// <param name="Code">The reply code (RFC 5321 section 4.2); 0 when there was no reply.</param>
/// <param name="EnhancedCode">The enhanced status code (RFC 3463), such as <c>5.1.1</c>, when the reply had one.</param>
/// <param name="Text">The reply text, shortened; or our own words when there was no reply.</param>
public sealed record SmtpReply(SmtpStage Stage, int Code, string? EnhancedCode, string Text)
{
    /// <summary>Stage, codes and text as a person reads them, without what there is not.</summary>
    public string ToSentence() => (Code, EnhancedCode) switch
    {
        (0, _) => $"{Stage}: {Text}",
        (_, null) => FormattableString.Invariant($"{Stage}: {Code} {Text}"),
        _ => FormattableString.Invariant($"{Stage}: {Code} {EnhancedCode} {Text}"),
    };
}

/// <summary>One recipient in the ledger: its address, how it is addressed, and the newest that is known of it.</summary>
/// <param name="Mailbox">The envelope form of the address.</param>
/// <param name="Attempt">The attempt that <paramref name="Reply"/> is from; 0 before the first. Of a suppressed one: the attempt that it was left out of.</param>
public sealed record Recipient(string Mailbox, RecipientKind Kind, RecipientStatus Status, int Attempt, SmtpReply? Reply)
{
    [JsonIgnore]
    public string Domain => Mailbox[(Mailbox.LastIndexOf('@') + 1)..];

    [JsonIgnore]
    public bool IsSuppressed => Status == RecipientStatus.Suppressed;

    /// <summary>Another attempt would address it.</summary>
    [JsonIgnore]
    public bool IsOpen => Status is RecipientStatus.Pending or RecipientStatus.Deferred;
}

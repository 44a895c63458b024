using System.Text.Json.Serialization;

namespace MailFunctions.Mail;

internal enum RecipientKind
{
    To,
    Cc,
    Bcc,
}

/// <summary>The delivery status of one recipient. A retry addresses only recipients that are still open.</summary>
internal enum RecipientStatus
{
    /// <summary>Open: no attempt has had a result for it yet.</summary>
    Pending,

    /// <summary>Open: a relay replied "not now".</summary>
    Deferred,

    /// <summary>Settled unless the policy is retry: the relay may have taken it.</summary>
    Uncertain,

    /// <summary>Settled: the relay took responsibility for it (RFC 5321 section 4.2.5).</summary>
    Sent,

    /// <summary>Settled: a relay refused it for good.</summary>
    Rejected,

    /// <summary>Settled: it was on the suppression list at a delivery. It stays so for this mail, even if the list changes.</summary>
    Suppressed,
}

/// <summary>The stage of an SMTP session at which a result was learned; it decides which recipients a reply concerns.</summary>
internal enum SmtpStage
{
    /// <summary>No command was sent yet: our own composition, or one of our rules.</summary>
    Local,
    Connect,
    StartTls,
    Ehlo,
    Auth,
    MailFrom,
    RcptTo,
    Data,

    /// <summary>The wait between the end of the content and its reply.</summary>
    FinalDot,
}

/// <summary>A relay's reply, or the error that replaced one.</summary>
/// <param name="Stage">The command that it answers.</param>
/// <param name="Code">The reply code (RFC 5321 section 4.2); 0 if there was no reply.</param>
/// <param name="EnhancedCode">The enhanced status code (RFC 3463), such as <c>5.1.1</c>, if the reply had one.</param>
/// <param name="Text">The reply text, shortened; or our own text if there was no reply.</param>
internal sealed record SmtpReply(SmtpStage Stage, int Code, string? EnhancedCode, string Text)
{
    /// <summary>Stage, codes and text for a human reader; missing parts are left out.</summary>
    public string ToSentence() => (Code, EnhancedCode) switch
    {
        (0, _) => $"{Stage}: {Text}",
        (_, null) => FormattableString.Invariant($"{Stage}: {Code} {Text}"),
        _ => FormattableString.Invariant($"{Stage}: {Code} {EnhancedCode} {Text}"),
    };
}

/// <summary>One recipient in the ledger: its address, how it is addressed, and its latest status.</summary>
/// <param name="Mailbox">The envelope form of the address.</param>
/// <param name="Attempt">
/// The attempt of <paramref name="Reply"/>; 0 before the first. For a suppressed recipient: the attempt that left it out.
/// </param>
internal sealed record Recipient(string Mailbox, RecipientKind Kind, RecipientStatus Status, int Attempt, SmtpReply? Reply)
{
    [JsonIgnore]
    public string Domain => Mailbox[(Mailbox.LastIndexOf('@') + 1)..];

    [JsonIgnore]
    public bool IsSuppressed => Status == RecipientStatus.Suppressed;

    /// <summary>True if another attempt would address it.</summary>
    [JsonIgnore]
    public bool IsOpen => Status is RecipientStatus.Pending or RecipientStatus.Deferred;
}

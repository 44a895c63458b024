using MailFunctions.Mail;

namespace MailFunctions.Smtp.Relays;

/// <summary>No session could be opened: no mail was affected.</summary>
internal sealed class RelayUnreachableException(string relay, SmtpReply reply, Exception? inner)
    : Exception($"Relay {relay}: {reply.Text}", inner)
{
    public string Relay { get; } = relay;

    public SmtpReply Reply { get; } = reply;

    /// <summary>All connections are in use; the relay itself works.</summary>
    public bool IsBusy { get; private init; }

    /// <summary>Replies did not answer the commands that they were read for (RFC 5321 section 4.3.2).</summary>
    public bool IsOutOfStep { get; init; }

    /// <summary>The time of the next try; null: after the usual delays.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>Why a mail waits that meets it.</summary>
    public WaitReason WaitingFor { get; init; } = WaitReason.RelayUnreachable;

    /// <summary>The reason for which a mail waits, for an operator.</summary>
    public string Reason => Reply.Stage == SmtpStage.Local
        ? $"Relay {Relay}: {Reply.Text}"
        : $"Relay {Relay} is unreachable. {Reply.ToSentence()}";

    public static RelayUnreachableException Busy(string relay, int connections) => new(
        relay,
        new SmtpReply(SmtpStage.Local, 0, null, FormattableString.Invariant($"All connections of the lane are in use ({connections}).")),
        inner: null)
    {
        IsBusy = true,
        WaitingFor = WaitReason.ConnectionBusy,
    };

    /// <param name="relay">The name of one of them.</param>
    /// <param name="cause">Why its circuit is open.</param>
    public static RelayUnreachableException LeftAlone(string relay, DateTimeOffset retryAt, RelayCause cause) => new(
        relay,
        new SmtpReply(SmtpStage.Local, 0, null, $"It failed too often lately and its circuit is open until {retryAt:u}, like that of every other relay for this mail. {cause.Sentence()}"),
        inner: null)
    {
        RetryAt = retryAt,
        WaitingFor = WaitReason.CircuitOpen,
    };

    /// <param name="settings">Full names of the settings that have no value.</param>
    public static RelayUnreachableException Unresolved(string relay, DateTimeOffset retryAt, IReadOnlyList<string> settings) => new(
        relay,
        new SmtpReply(SmtpStage.Local, 0, null, $"There is no value for {string.Join(" and ", settings)}. {RelayCause.UnresolvedSetting.Sentence()}"),
        inner: null)
    {
        RetryAt = retryAt,
        WaitingFor = WaitReason.UnresolvedSetting,
    };

    public RelayUnreachableException With(DateTimeOffset? retryAt) => new(Relay, Reply, InnerException) { IsBusy = IsBusy, IsOutOfStep = IsOutOfStep, WaitingFor = WaitingFor, RetryAt = retryAt };
}

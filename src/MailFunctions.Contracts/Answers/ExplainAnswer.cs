using System.ComponentModel.DataAnnotations;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET emails/{id}/explain</c>: why an email is not sent yet, or what happened to it.</summary>
/// <param name="Sentence">An explanation for a person; its wording may change.</param>
/// <param name="NextAttemptAt">The time at which the next attempt is due; absent when none is planned.</param>
/// <param name="ExpiresAt">The time after which no attempt of an open email begins.</param>
/// <param name="LeaseUntil">The end of the lease of the worker that holds the running attempt.</param>
/// <param name="Relay">The relay of the running attempt.</param>
/// <param name="Waits">The number of deferrals since the last attempt, for lack of a relay, a connection or a rate slot.</param>
/// <param name="Faults">The number of failures of the server's own processing.</param>
/// <param name="LaneDepth">The queue's own estimate, hidden messages included; absent when the email is settled.</param>
/// <param name="Relays">The relays that an open email may go to.</param>
/// <param name="PassedOver">The relays that it does not go to, with the reasons; absent when there are none.</param>
[Schema("EmailExplanation")]
public sealed record ExplainAnswer(
    [Schema(SchemaNames.Id)] string Id,
    [Words(typeof(EmailStatus))] string Status,
    string Sentence,
    int Attempts,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LeaseUntil,
    string? Relay,
    int Waits,
    int Faults,
    string? Reason,
    int? LaneDepth,
    IReadOnlyList<RelayAnswer>? Relays,
    IReadOnlyList<PassedOverRelay>? PassedOver = null)
{
    /// <summary>
    /// The reason why an open email waits, as one word, such as <c>deferred_by_reply</c> or <c>rate_limit</c>; a later version of
    /// the app may have others. Absent while it is sent, once it is settled, and when an earlier version deferred it.
    /// </summary>
    [AllowedValues(
        "scheduled", "worker", "requeued", "deferred_by_reply", "connection_lost", "outcome_unknown", "relay_unreachable", "relay_refusal", "circuit_open",
        "unresolved_setting", "no_relay", "connection_busy", "rate_limit", "paused", "worker_stopping", "lease_not_renewed", "storage_failed", "processing_failed")]
    public string? WaitingFor { get; init; }

    /// <summary>
    /// The address that the next attempt names as the sender to the relay (MAIL FROM), and that bounces go to. Absent when it is
    /// the one in <c>from</c>, and when no attempt by a relay follows.
    /// </summary>
    public string? ReturnPath { get; init; }

    /// <summary>The domain that signs the next attempt by DKIM. Absent when it goes unsigned, and when no attempt by a relay follows.</summary>
    public string? SigningDomain { get; init; }

    /// <summary>
    /// The failures of the last daily check of the sender's domain, when a receiver's last reply was about SPF, DKIM or DMARC; absent
    /// otherwise, and when nothing fails. <c>GET domains/{domain}/check</c> has the records to publish.
    /// </summary>
    public IReadOnlyList<SenderFinding>? SenderFindings { get; init; }
}

/// <param name="Name">The DNS name, or the relay.</param>
/// <param name="Found">A sentence for a person; its wording may change.</param>
[Schema("SenderFinding")]
public sealed record SenderFinding([Words(typeof(DomainCheckName))] string Check, string Name, [Words(typeof(DomainStatus))] string Status, string Found, DateTimeOffset CheckedAt);

/// <param name="LeftAloneUntil">The time until which an instance's circuit for the relay is open; another instance may differ.</param>
/// <param name="LeftAloneStage">The SMTP command whose reply opened the circuit.</param>
/// <param name="LeftAloneCode">The reply code that opened the circuit; 0 when there was no reply.</param>
/// <param name="LeftAloneCause">The likely cause; the sentence names what to do about it.</param>
/// <param name="RoomAt">The time at which its rates allow this mail; absent when at once.</param>
/// <param name="FullLimit">The limit that is used up; absent when the next slot is near enough to wait for.</param>
[Schema("RelayOutlook")]
public sealed record RelayAnswer(
    string Name,
    DateTimeOffset? LeftAloneUntil,
    [AllowedValues("local", "connect", "start_tls", "ehlo", "auth", "mail_from", "rcpt_to", "data", "final_dot")] string? LeftAloneStage,
    int? LeftAloneCode,
    [AllowedValues(
        "unreachable", "busy", "out_of_step", "deferrals", "refuses_all", "credentials", "tls", "sending_limit", "account", "address", "helo_name", "relaying", "sender",
        "sender_domain", "system", "unresolved_setting")] string? LeftAloneCause,
    DateTimeOffset? RoomAt,
    string? FullLimit)
{
    /// <summary>
    /// Settings of the relay whose secret references the platform did not resolve: it is not used until they are resolved.
    /// Absent when there are none.
    /// </summary>
    public IReadOnlyList<string>? UnresolvedSettings { get; init; }
}

/// <param name="Reason">
/// <c>lane</c>, <c>sender_domains</c> or <c>tags</c>: its <c>Match</c> does not fit; <c>connections</c>: it has none for the
/// email's lane; <c>unmatched</c>: its <c>Match</c> names neither the sender's domain nor a tag, while that of another relay
/// does, whose <c>Match:Fallback</c> is false.
/// </param>
[Schema("PassedOverRelay")]
public sealed record PassedOverRelay(string Name, [AllowedValues("lane", "sender_domains", "tags", "connections", "unmatched")] string Reason);

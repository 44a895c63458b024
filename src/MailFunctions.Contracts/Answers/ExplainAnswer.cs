namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET emails/{id}/explain</c>: why an email is not sent yet, or what happened to it.</summary>
/// <param name="Sentence">An explanation for a person; its wording may change.</param>
/// <param name="LeaseUntil">The end of the lease of the worker that holds the running attempt.</param>
/// <param name="Relay">The relay of the running attempt.</param>
/// <param name="Waits">The number of deferrals since the last attempt, for lack of a relay, a connection or a rate slot.</param>
/// <param name="LaneDepth">The queue's own estimate, hidden messages included; absent when the email is settled.</param>
/// <param name="Relays">The relays that an open email may go to.</param>
/// <param name="PassedOver">The relays that it does not go to; absent when there are none.</param>
public sealed record ExplainAnswer(
    string Id,
    string Status,
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
    public string? WaitingFor { get; init; }
}

/// <param name="LeftAloneUntil">The time until which an instance's circuit for the relay is open; another instance may differ.</param>
/// <param name="LeftAloneCode">The reply code that opened the circuit; 0 when there was no reply.</param>
/// <param name="LeftAloneCause">The likely cause as one word, such as <c>sending_limit</c> or <c>credentials</c>.</param>
/// <param name="RoomAt">The time at which its rates allow this mail; absent when at once.</param>
/// <param name="FullLimit">The limit that is used up; absent when the next slot is near enough to wait for.</param>
public sealed record RelayAnswer(
    string Name, DateTimeOffset? LeftAloneUntil, string? LeftAloneStage, int? LeftAloneCode, string? LeftAloneCause, DateTimeOffset? RoomAt, string? FullLimit)
{
    /// <summary>
    /// Settings of the relay whose secret references the platform did not resolve: it is not used until they are resolved.
    /// Absent when there are none.
    /// </summary>
    public IReadOnlyList<string>? UnresolvedSettings { get; init; }
}

/// <param name="Reason">
/// <c>lane</c>, <c>sender_domains</c> or <c>tags</c>: its Match does not fit; <c>connections</c>: it has none for the
/// email's lane; <c>unmatched</c>: its Match names neither the sender's domain nor a tag, while that of another relay does
/// and does not let such email fall back.
/// </param>
public sealed record PassedOverRelay(string Name, string Reason);

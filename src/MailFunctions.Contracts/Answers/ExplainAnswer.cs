namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET emails/{id}/explain</c>: why an email is not sent yet, or what became of it.</summary>
/// <param name="Sentence">For a person; its words may change.</param>
/// <param name="LeaseUntil">Until when a worker holds the running attempt.</param>
/// <param name="Relay">The one of the running attempt.</param>
/// <param name="Waits">How often it waited for a relay, a connection or a rate since the last attempt.</param>
/// <param name="LaneDepth">The queue's own estimate, hidden messages included; absent when the email is settled.</param>
/// <param name="Relays">Those that an open email may go to.</param>
/// <param name="PassedOver">Those that it does not go to; absent when there are none.</param>
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
    IReadOnlyList<PassedOverRelay>? PassedOver = null);

/// <param name="LeftAloneUntil">An instance's breaker is open until then; another may see it differently.</param>
/// <param name="LeftAloneCode">The reply code that opened it; 0 when there was no reply.</param>
/// <param name="LeftAloneCause">The likely cause in a word, such as <c>sending_limit</c> or <c>credentials</c>.</param>
/// <param name="RoomAt">When its rates have room for this mail; absent when at once.</param>
/// <param name="FullLimit">The limit that is used up; absent when a slot is near enough to be waited for.</param>
public sealed record RelayAnswer(
    string Name, DateTimeOffset? LeftAloneUntil, string? LeftAloneStage, int? LeftAloneCode, string? LeftAloneCause, DateTimeOffset? RoomAt, string? FullLimit)
{
    /// <summary>Settings of the relay whose references to secrets the platform did not resolve: it is not used until they are. Absent when there are none.</summary>
    public IReadOnlyList<string>? UnresolvedSettings { get; init; }
}

/// <param name="Reason">
/// <c>lane</c>, <c>sender_domains</c> or <c>tags</c>: its Match does not fit; <c>connections</c>: it has none for the email's
/// lane; <c>unmatched</c>: its Match names neither the sender's domain nor a tag, and that of another relay does, which does
/// not let such email fall back.
/// </param>
public sealed record PassedOverRelay(string Name, string Reason);

using Azure;

namespace MailFunctions.Mail;

/// <summary>One row of the table Emails: the projection of all that has happened to an email.</summary>
internal sealed record LedgerRow
{
    /// <summary>An operator decides about a mail a few times at most; a row must not grow without bound.</summary>
    private const int MaxPastEndings = 100;

    public required EmailId Id { get; init; }

    public required EmailState State { get; init; }

    public required Lane Lane { get; init; }

    /// <summary>The mailbox in From. The address that MAIL names may be another, by the settings of the worker that sends it.</summary>
    public required string Sender { get; init; }

    /// <summary>The sender's domain, lower-case ASCII.</summary>
    public string SenderDomain => Sender[(Sender.LastIndexOf('@') + 1)..];

    public string Subject { get; init; } = "";

    /// <summary>The time at which the accept was committed.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>No attempt begins at or after this time.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The end that the caller named; null if only the lane's lifetime ends it.</summary>
    public DateTimeOffset? NamedEnd { get; init; }

    /// <summary>The time at which the caller wants it sent; null: at once.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>The batch in which it was accepted; null if it came alone.</summary>
    public EmailId? Batch { get; init; }

    /// <summary>The id of the API key that submitted it; null for one that came with a function key alone.</summary>
    public string? Key { get; init; }

    /// <summary>The W3C traceparent of its accept, so that each attempt can link to it; null if tracing had no listener then.</summary>
    public string? Trace { get; init; }

    /// <summary>The mark of its charge to quotas (<c>QuotaMark</c>); null when no quota counted it.</summary>
    public string? Quota { get; init; }

    /// <summary>The earliest time to send it: the message's Date, and the start of the measured time to send.</summary>
    public DateTimeOffset SendableAt => ScheduledAt > AcceptedAt ? ScheduledAt.Value : AcceptedAt;

    public UncertainPolicy OnUncertain { get; init; }

    public IReadOnlyList<Recipient> Recipients { get; init; } = [];

    public IReadOnlyList<Tag> Tags { get; init; } = [];

    /// <summary>The number of the last attempt that was claimed; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>The partition of each attempt's event row, by attempt, the first at index 0; fixed by the claim.</summary>
    public IReadOnlyList<string> EventMinutes { get; init; } = [];

    /// <summary>
    /// The attempts recorded as uncertain and known since: each has a correction beside its event, committed by this row.
    /// </summary>
    public IReadOnlyList<int> Corrected { get; init; } = [];

    /// <summary>The running claim; null unless the state is <see cref="EmailState.Sending"/>.</summary>
    public Claim? Claim
    {
        get;
        init
        {
            field = value;
            Relay = value?.Relay ?? Relay;
            LastWorker = value?.Worker ?? LastWorker;
        }
    }

    /// <summary>The relay that the last claim named; null before the first.</summary>
    public string? Relay { get; init; }

    /// <summary>
    /// The token of the last claim, unique even for one attempt number; null before the first claim, and after one by an earlier
    /// version of the app.
    /// </summary>
    public string? LastWorker { get; init; }

    /// <summary>The time at which the next attempt may begin; null: at once.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>
    /// The number of deferrals since the last attempt that counted: for lack of a relay, a connection or a rate slot, or because
    /// the attempt was given back.
    /// </summary>
    public int Waits { get; init; }

    /// <summary>Returns the waits after one more for this reason. A pause does not count: what follows it begins with short waits.</summary>
    public int WaitsAfter(WaitReason reason) => reason == WaitReason.Paused ? Waits : Waits + 1;

    /// <summary>One sentence for a human reader: what it waits for, or why it ended.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// Why it was deferred or queued again; null otherwise, and in rows of earlier versions of the app. <see cref="WaitReasons.Of"/>
    /// says what it waits for in any state.
    /// </summary>
    public WaitReason? WaitingFor { get; init; }

    /// <summary>The number of failures of our own processing; the fifth makes it dead.</summary>
    public int Faults { get; init; }

    /// <summary>The source of the last counted fault, so that one poison message counts once.</summary>
    public string? LastFaultSource { get; init; }

    /// <summary>The event row of an ending without an attempt, committed by this row.</summary>
    public EventKey? Ending { get; init; }

    /// <summary>The event rows of earlier endings, if a call had the mail tried again or settled it.</summary>
    public IReadOnlyList<EventKey> PastEndings { get; init; } = [];

    /// <summary>The time at which the final state, or the state on hold, was reached.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The size of the composed message in bytes, once known.</summary>
    public long Bytes { get; init; }

    /// <summary>Distinguishes the writer of the row from others (rule 6).</summary>
    public string Token { get; init; } = "";

    /// <summary>The location of the content; null if it is gone, or if the row was read without it and has no blobs.</summary>
    public StoredContent? Content { get; init; }

    /// <summary>The time at which the content was purged; null while it is kept.</summary>
    public DateTimeOffset? ContentPurgedAt { get; init; }

    public ETag ETag { get; init; }

    /// <summary>The row as stored under <see cref="ETag"/>, so that a write sends only differences; null for a row never stored.</summary>
    internal LedgerRow? Stored { get; init; }

    /// <summary>The keys of all its event rows, written or not.</summary>
    public IEnumerable<EventKey> Events =>
        [
            .. Enumerable.Range(1, EventMinutes.Count).Select(EventOfAttempt),
            .. Corrected.Select(attempt => EventOfAttempt(attempt).OfCorrection()),
            .. PastEndings,
            .. Ending is null ? [] : new[] { Ending },
        ];

    /// <summary>Returns the row with another ending, or none; its present ending is remembered.</summary>
    public LedgerRow WithEnding(EventKey? ending) => this with
    {
        Ending = ending,
        PastEndings = Ending is null ? PastEndings : [.. PastEndings.TakeLast(MaxPastEndings - 1), Ending],
    };

    /// <summary>Returns this row marked as read or written.</summary>
    internal LedgerRow StoredAs(ETag etag)
    {
        var standing = this with { ETag = etag, Stored = null };
        return standing with { Stored = standing };
    }

    /// <summary>The key of the event row of a claimed attempt, from 1 to <see cref="Attempt"/>.</summary>
    public EventKey EventOfAttempt(int attempt) =>
        new(EventMinutes[attempt - 1], FormattableString.Invariant($"{Id}-{attempt}"));
}

/// <summary>The right of one worker to run one attempt, until the lease ends.</summary>
/// <param name="Worker">Distinguishes the worker's claim from others.</param>
/// <param name="LeaseUntil">The end of the lease, by the storage service's clock.</param>
/// <param name="Event">The key under which the outcome is inserted, by this worker or another.</param>
/// <param name="Relay">The name of the relay that the attempt goes to.</param>
internal sealed record Claim(string Worker, DateTimeOffset LeaseUntil, EventKey Event, string Relay);

/// <summary>The policy for an attempt of which it is unknown whether it delivered the mail.</summary>
internal enum UncertainPolicy
{
    /// <summary>Try again: the only source of duplicates.</summary>
    Retry,

    /// <summary>Stop and wait for an operator's decision.</summary>
    Hold,

    /// <summary>Count it as sent.</summary>
    AssumeSent,
}

/// <summary>The location of an email's content.</summary>
/// <param name="Inline">The content document; null if it is a blob of its own.</param>
/// <param name="BlobName">The prefix of the blobs that only this mail uses; null if there are none.</param>
/// <param name="SharedName">The prefix of the blobs shared with mails of the same accept; null if there are none.</param>
/// <param name="ReferredBytes">The total length of the files that it refers to.</param>
internal sealed record StoredContent(byte[]? Inline, string? BlobName, string? SharedName = null, long ReferredBytes = 0);

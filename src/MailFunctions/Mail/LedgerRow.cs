using Azure;

namespace MailFunctions.Mail;

/// <summary>One row of the table Emails: the projection of all that has happened to an email.</summary>
public sealed record LedgerRow
{
    /// <summary>A person decides about a mail a few times at most; a row must not grow without bound.</summary>
    private const int MaxPastEndings = 100;

    public required EmailId Id { get; init; }

    public required EmailState State { get; init; }

    public required Lane Lane { get; init; }

    /// <summary>The sender's envelope address.</summary>
    public required string Sender { get; init; }

    /// <summary>Lower-case ASCII.</summary>
    public string SenderDomain => Sender[(Sender.LastIndexOf('@') + 1)..];

    public string Subject { get; init; } = "";

    /// <summary>When the accept was committed.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>From this moment no attempt begins.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The end that the caller named; null: the lane's window alone ends it.</summary>
    public DateTimeOffset? NamedEnd { get; init; }

    /// <summary>When the caller wants it to be sent; null: at once.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>The batch that it was accepted in; null when it came alone.</summary>
    public EmailId? Batch { get; init; }

    /// <summary>The W3C traceparent of its accept, so that each attempt can link to it; null when nobody listened then.</summary>
    public string? Trace { get; init; }

    /// <summary>From when it could have been sent: the message's Date, and what the time to send is counted from.</summary>
    public DateTimeOffset SendableAt => ScheduledAt > AcceptedAt ? ScheduledAt.Value : AcceptedAt;

    public UncertainPolicy OnUncertain { get; init; }

    public IReadOnlyList<Recipient> Recipients { get; init; } = [];

    public IReadOnlyList<Tag> Tags { get; init; } = [];

    /// <summary>The number of the last attempt that was claimed; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>The partition of each attempt's event row, by attempt, the first at index 0; fixed by the claim.</summary>
    public IReadOnlyList<string> EventMinutes { get; init; } = [];

    /// <summary>The attempts that were recorded as uncertain and are known after all: each has a correction beside its event row, committed by this row.</summary>
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

    /// <summary>The name of the relay that the last claim named; null before the first.</summary>
    public string? Relay { get; init; }

    /// <summary>The token of the last claim, which tells it apart from another of the same number; null before the first, and where an earlier version claimed.</summary>
    public string? LastWorker { get; init; }

    /// <summary>When the next attempt may begin; null when at once.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>How often in a row a relay could not be reached before any attempt was claimed.</summary>
    public int Waits { get; init; }

    /// <summary>One sentence for a person: what it waits for, or why it ended.</summary>
    public string? Reason { get; init; }

    /// <summary>How often our own processing of it failed; the fifth makes it dead.</summary>
    public int Faults { get; init; }

    /// <summary>What counted the last fault, so that one poison message counts once.</summary>
    public string? LastFaultSource { get; init; }

    /// <summary>The event row of an ending without an attempt, committed by this row.</summary>
    public EventKey? Ending { get; init; }

    /// <summary>The event rows of earlier endings: of a mail that was tried again by a call, or was settled by one.</summary>
    public IReadOnlyList<EventKey> PastEndings { get; init; } = [];

    /// <summary>When the final state, or the one that awaits a person, was reached.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The size of the composed message in bytes, once known.</summary>
    public long Bytes { get; init; }

    /// <summary>Tells the writer of the row apart from another (rule 6).</summary>
    public string Token { get; init; } = "";

    /// <summary>Where the content is; null where there is none any more, and where the row was read without it and has no blobs.</summary>
    public StoredContent? Content { get; init; }

    /// <summary>When the content was purged; null while it is kept.</summary>
    public DateTimeOffset? ContentPurgedAt { get; init; }

    public ETag ETag { get; init; }

    /// <summary>The row as it stands in the table under <see cref="ETag"/>, so that a write says only what is different; null for one that was never there.</summary>
    internal LedgerRow? Stored { get; init; }

    /// <summary>The keys of all its event rows, whether or not they have been written.</summary>
    public IEnumerable<EventKey> Events =>
        [
            .. Enumerable.Range(1, EventMinutes.Count).Select(EventOfAttempt),
            .. Corrected.Select(attempt => EventOfAttempt(attempt).OfCorrection()),
            .. PastEndings,
            .. Ending is null ? [] : new[] { Ending },
        ];

    /// <summary>The same row with another ending, or none; the one that it has is remembered.</summary>
    public LedgerRow WithEnding(EventKey? ending) => this with
    {
        Ending = ending,
        PastEndings = Ending is null ? PastEndings : [.. PastEndings.TakeLast(MaxPastEndings - 1), Ending],
    };

    /// <summary>This row, as it was read or written.</summary>
    internal LedgerRow StoredAs(ETag etag)
    {
        var standing = this with { ETag = etag, Stored = null };
        return standing with { Stored = standing };
    }

    /// <summary>The key of the event row of an attempt that was claimed, from 1 to <see cref="Attempt"/>.</summary>
    public EventKey EventOfAttempt(int attempt) =>
        new(EventMinutes[attempt - 1], FormattableString.Invariant($"{Id}-{attempt}"));
}

/// <summary>The right of one worker to run one attempt, until the lease ends.</summary>
/// <param name="Worker">Tells the worker's claim apart from another's.</param>
/// <param name="LeaseUntil">By the storage service's clock.</param>
/// <param name="Event">The key under which the outcome will be inserted, whoever inserts it.</param>
/// <param name="Relay">The name of the relay that the attempt goes to.</param>
public sealed record Claim(string Worker, DateTimeOffset LeaseUntil, EventKey Event, string Relay);

/// <summary>What to do when nobody can know whether an attempt delivered the mail.</summary>
public enum UncertainPolicy
{
    /// <summary>Try again: the only source of duplicates.</summary>
    Retry,

    /// <summary>Stop and wait for a person.</summary>
    Hold,

    /// <summary>Count it as sent.</summary>
    AssumeSent,
}

/// <summary>Where the content of an email is.</summary>
/// <param name="Inline">The content document; null when it is a blob of its own.</param>
/// <param name="BlobName">The prefix of the blobs that are this mail's alone; null when there are none.</param>
/// <param name="SharedName">The prefix of the blobs that it shares with the mails it was accepted with; null when there are none.</param>
/// <param name="ReferredBytes">The length of all files that it refers to.</param>
public sealed record StoredContent(byte[]? Inline, string? BlobName, string? SharedName = null, long ReferredBytes = 0);

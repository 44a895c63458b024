using MailFunctions.Intake.Idempotency;
using MailFunctions.Mail;
using MailFunctions.Queue;

namespace MailFunctions.Intake;

/// <summary>The mails that one request wants to have accepted, and their progress.</summary>
/// <param name="drafts">Empty when an earlier try has accepted all.</param>
/// <param name="batch">Null for a single mail.</param>
/// <param name="entry">The entry of the request's idempotency key; null without one.</param>
internal sealed class PendingAccept(IReadOnlyList<EmailDraft> drafts, EmailId? batch, IdempotencyEntry? entry)
{
    public IReadOnlyList<EmailDraft> Drafts => drafts;

    public EmailId? Batch => batch;

    /// <summary>
    /// The traceparent of the call; null without a listener. Another call may write its mail, so the current trace would be
    /// wrong.
    /// </summary>
    public string? Trace { get; init; }

    /// <summary>The progress towards the commit; the caller reads it when the request fails.</summary>
    public CommitProgress Progress { get; init; } = new();

    /// <summary>The ids minted last, in the order of the drafts.</summary>
    public EmailId[] Ids { get; } = new EmailId[drafts.Count];

    /// <summary>The rows in the order of the drafts; null for one that is not committed yet.</summary>
    public LedgerRow?[] Rows { get; } = new LedgerRow?[drafts.Count];

    /// <summary>The ids that an earlier try of the request has accepted, recorded along with the new ones.</summary>
    public IReadOnlyList<RecordedEmail> Earlier { get; init; } = [];

    /// <summary>
    /// Set when the caller delivers the mail itself: the time for which its queue message, then only a fallback, stays
    /// hidden. Such a request has one mail, which is due at once.
    /// </summary>
    public TimeSpan? NetHiddenFor { get; init; }

    /// <summary>The queue message when it is a fallback.</summary>
    public PutMessage? Fallback { get; set; }

    /// <summary>The reason why the request cannot be accepted.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>True while some of its mails are not written.</summary>
    public bool IsOpen => Failure is null && Array.IndexOf(Rows, null) >= 0;

    /// <summary>The indexes of the drafts that are not written yet.</summary>
    public IEnumerable<int> Open => Enumerable.Range(0, Rows.Length).Where(i => Rows[i] is null);

    public void Fail(Exception why) => Failure = why;

    /// <summary>Records the ids for the next request with the key. A failure affects this request only.</summary>
    public async Task RecordIdsAsync(CancellationToken cancellationToken)
    {
        if (entry is null)
            return;
        try
        {
            await entry.RecordAsync(batch, [.. Earlier, .. drafts.Zip(Ids, (draft, id) => new RecordedEmail(draft.Index, id))], cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Fail(exception);
        }
    }
}

using MailFunctions.Intake.Idempotency;
using MailFunctions.Mail;
using MailFunctions.Queue;

namespace MailFunctions.Intake;

/// <summary>What one request wants to have accepted, and how far that has come.</summary>
/// <param name="drafts">None when an earlier try has accepted all.</param>
/// <param name="batch">Null for a mail that came alone.</param>
/// <param name="entry">Of the request's idempotency key; null without one.</param>
internal sealed class PendingAccept(IReadOnlyList<EmailDraft> drafts, EmailId? batch, IdempotencyEntry? entry)
{
    public IReadOnlyList<EmailDraft> Drafts => drafts;

    public EmailId? Batch => batch;

    /// <summary>The traceparent of the call; null when nobody listens. Others write for it, so it is not the running one then.</summary>
    public string? Trace { get; init; }

    /// <summary>In the order of the drafts, as they were minted last.</summary>
    public EmailId[] Ids { get; } = new EmailId[drafts.Count];

    /// <summary>In the order of the drafts; null for one that is not committed yet.</summary>
    public LedgerRow?[] Rows { get; } = new LedgerRow?[drafts.Count];

    /// <summary>What an earlier try of the request has accepted, which is recorded with the rest.</summary>
    public IReadOnlyList<RecordedEmail> Earlier { get; init; } = [];

    /// <summary>
    /// Set when the caller delivers it by itself: so long is its queue message hidden, which is then but the safety net. Its
    /// mail is alone and due at once.
    /// </summary>
    public TimeSpan? NetHiddenFor { get; init; }

    /// <summary>The queue message, when it is a safety net.</summary>
    public PutMessage? Fallback { get; set; }

    /// <summary>Why it cannot be accepted.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Something of it is still to be written.</summary>
    public bool IsOpen => Failure is null && Array.IndexOf(Rows, null) >= 0;

    /// <summary>The drafts that are still to be written.</summary>
    public IEnumerable<int> Open => Enumerable.Range(0, Rows.Length).Where(i => Rows[i] is null);

    public void Fail(Exception why) => Failure = why;

    /// <summary>Keeps the ids where the next request with the key finds them. A failure is that of this request alone.</summary>
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

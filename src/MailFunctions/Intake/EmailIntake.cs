using MailFunctions.Delivery;
using MailFunctions.Http;
using MailFunctions.Ledger;
using MailFunctions.Queue;
using MailFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Intake;

/// <summary>Accepts mail: reads and checks the request, and makes a promise of it that survives everything.</summary>
public sealed class EmailIntake
{
    /// <summary>An older id is not committed: a worker may be about to close it (rule 1 gives it ten minutes).</summary>
    private static readonly TimeSpan MaxIdAge = TimeSpan.FromSeconds(60);

    private const int MaxMintings = 5;

    private readonly EmailRequestReader _reader;
    private readonly AllowedSenders _senders;
    private readonly ContentStore _contents;
    private readonly LaneQueues _queues;
    private readonly EmailLedger _ledger;
    private readonly RetrySchedule _retry;
    private readonly StorageClock _clock;
    private readonly ILogger<EmailIntake> _logger;

    internal EmailIntake(
        EmailRequestReader reader, AllowedSenders senders, ContentStore contents, LaneQueues queues, EmailLedger ledger, RetrySchedule retry, StorageClock clock, ILogger<EmailIntake> logger)
    {
        _reader = reader;
        _senders = senders;
        _contents = contents;
        _queues = queues;
        _ledger = ledger;
        _retry = retry;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>
    /// Answers 202 once the mail is durable, else with a problem: 400, 413 or 415 for a body that cannot be read, 403 for
    /// a sender that is not allowed, 422 with every error at once.
    /// </summary>
    public async Task<IResult> SubmitAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var draft = await _reader.ReadAsync(request, cancellationToken);
        if (!draft.Succeeded)
            return draft.Problem.ToResult();
        if (!_senders.Allows(draft.Value.Content.From))
            return Problem.SenderNotAllowed(draft.Value.Content.From.Domain).ToResult();

        var row = await AcceptAsync(draft.Value, cancellationToken);
        _logger.Accepted(row.Id.ToString(), row.Lane.Name(), row.Recipients.Count);
        return new AcceptedResult(row);
    }

    /// <summary>
    /// Rule 1: content, queue message, and then the ledger row, which is the commit. What a crash leaves before it is a blob
    /// that nobody names and a queue message without a row, which the workers drop.
    /// </summary>
    private async Task<LedgerRow> AcceptAsync(EmailDraft draft, CancellationToken cancellationToken)
    {
        if (!_clock.IsObserved)
            await _ledger.ReadAsync(EmailId.Mint(_clock.GetUtcNow())[0], cancellationToken);

        for (var minting = 1; ; minting++)
        {
            var id = EmailId.Mint(_clock.GetUtcNow())[0];
            var stored = await _contents.SaveAsync(id, draft.Content, cancellationToken);
            await _queues.PutAsync(draft.Lane, [new NamedAttempt(id, 1)], TimeSpan.Zero, cancellationToken);
            var row = RowOf(id, draft, stored);
            if (_clock.GetUtcNow() - id.MintedAt < MaxIdAge && await _ledger.TryInsertAsync(row, cancellationToken))
                return row;
            if (minting == MaxMintings)
                throw new TimeoutException("Storage was too slow to accept the mail.");
        }
    }

    private LedgerRow RowOf(EmailId id, EmailDraft draft, StoredContent stored)
    {
        var acceptedAt = id.MintedAt;
        var windowEnd = acceptedAt + _retry.WindowOf(draft.Lane);
        return new LedgerRow
        {
            Id = id,
            State = EmailState.Queued,
            Lane = draft.Lane,
            Sender = draft.Content.From.Mailbox,
            Subject = draft.Content.Subject,
            AcceptedAt = acceptedAt,
            ExpiresAt = draft.ExpiresAt < windowEnd ? draft.ExpiresAt.Value : windowEnd,
            OnUncertain = draft.OnUncertain ?? (draft.Lane == Lane.Bulk ? UncertainPolicy.Hold : UncertainPolicy.Retry),
            Recipients = Recipients(draft),
            Tags = draft.Tags,
            Content = stored,
            Token = WriteToken.New(),
        };
    }

    /// <summary>Each mailbox once, as it was named first: the envelope knows no difference between To, Cc and Bcc.</summary>
    private static IReadOnlyList<Recipient> Recipients(EmailDraft draft) =>
    [
        .. Of(draft.Content.To, RecipientKind.To)
            .Concat(Of(draft.Content.Cc, RecipientKind.Cc))
            .Concat(Of(draft.Bcc, RecipientKind.Bcc))
            .DistinctBy(recipient => recipient.Mailbox, StringComparer.OrdinalIgnoreCase),
    ];

    private static IEnumerable<Recipient> Of(IReadOnlyList<EmailAddress> addresses, RecipientKind kind) =>
        addresses.Select(address => new Recipient(address.Mailbox, kind, RecipientStatus.Pending, 0, null));
}

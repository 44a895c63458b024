using Azure.Storage.Queues.Models;
using MailFunctions.Ledger;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>
/// The poison queue triggers: what the host gave up has killed its process or cannot be read. Mails go on one by one, a
/// fault counted in each, so that the one to blame ends as dead and the others arrive; an unreadable message is kept.
/// </summary>
public sealed class PoisonRecorder
{
    private static readonly TimeSpan PutBackFor = TimeSpan.FromMinutes(10);

    private readonly EmailLedger _ledger;
    private readonly LaneQueues _queues;
    private readonly OutcomeRecorder _recorder;
    private readonly Faults _faults;
    private readonly Endings _endings;
    private readonly DeadLetters _deadLetters;
    private readonly Consumption _consumption;
    private readonly TimeProvider _clock;
    private readonly ILogger<PoisonRecorder> _logger;

    internal PoisonRecorder(
        EmailLedger ledger,
        LaneQueues queues,
        OutcomeRecorder recorder,
        Faults faults,
        Endings endings,
        DeadLetters deadLetters,
        Consumption consumption,
        TimeProvider clock,
        ILogger<PoisonRecorder> logger)
    {
        _ledger = ledger;
        _queues = queues;
        _recorder = recorder;
        _faults = faults;
        _endings = endings;
        _deadLetters = deadLetters;
        _consumption = consumption;
        _clock = clock;
        _logger = logger;
    }

    public async Task RecordAsync(Lane lane, QueueMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await RecordOnceAsync(lane, message, cancellationToken);
        }
        catch (Exception exception) when (message.DequeueCount >= Deliverer.LastTry && !cancellationToken.IsCancellationRequested)
        {
            // A poison queue has no poison queue: after the next failure nobody would see the message again.
            await _queues.PutPoisonBackAsync(lane, message.Body, PutBackFor, CancellationToken.None);
            _logger.PoisonPutBack(lane.QueueName(), exception.GetType().Name);
        }
    }

    private async Task RecordOnceAsync(Lane lane, QueueMessage message, CancellationToken cancellationToken)
    {
        var queue = lane.QueueName();
        LaneMessage poison;
        try
        {
            poison = LaneMessage.Parse(message.Body);
        }
        catch (UnreadableMessageException unreadable)
        {
            await _deadLetters.KeepAsync(queue, message, unreadable.Message, cancellationToken);
            _logger.DeadLettered(queue);
            return;
        }

        await _consumption.RunAsync(
            new ConsumedMessage(queue + StorageNames.PoisonSuffix, message.MessageId, message.DequeueCount, poison.Mails.Count, poison.Trace),
            _ => SplitAsync(lane, message, poison, cancellationToken));
    }

    private async Task SplitAsync(Lane lane, QueueMessage message, LaneMessage poison, CancellationToken cancellationToken)
    {
        _logger.PoisonSplit(lane.QueueName(), poison.Mails.Count);
        var rows = await _ledger.ReadManyAsync([.. poison.Mails.Select(mail => mail.Id)], cancellationToken);
        foreach (var mail in poison.Mails)
            await RecordAsync(lane, mail, rows.GetValueOrDefault(mail.Id), FormattableString.Invariant($"poison message {message.MessageId}"), cancellationToken);
    }

    private async Task RecordAsync(Lane lane, NamedAttempt mail, LedgerRow? row, string source, CancellationToken cancellationToken)
    {
        switch (Triage.Of(row, mail, _clock.GetUtcNow()))
        {
            case Verdict.Drop:
                await _endings.EnsureRecordedAsync(row!, cancellationToken);
                break;
            case Verdict.Absent or Verdict.Leased:
                await _queues.PutAsync(lane, [mail], row?.Claim is { } claim ? claim.LeaseUntil - _clock.GetUtcNow() : TimeSpan.Zero, cancellationToken);
                break;
            case Verdict.Abandoned:
                await _recorder.ResolveAbandonedAsync(row!, cancellationToken);
                await CountAsync();
                break;
            default:
                await CountAsync();
                break;
        }

        Task CountAsync() => _faults.CountAsync(
            mail.Id, source, "A worker failed repeatedly on the queue message that named this mail, or died of it.", cancellationToken);
    }
}

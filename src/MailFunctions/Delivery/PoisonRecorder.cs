using Azure.Storage.Queues.Models;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>
/// Runs the poison queue triggers. A message that the host gave up has killed its process or is unreadable. Its mails go on
/// one by one, a fault counted in each, so that the bad one ends as dead and the others arrive; an unreadable message is kept.
/// </summary>
public sealed class PoisonRecorder
{
    /// <summary>The first dequeue count that proves that an earlier try failed or died.</summary>
    internal const int ReplacedFrom = 2;

    private readonly EmailLedger _ledger;
    private readonly LaneQueues _queues;
    private readonly WakeUps _wakeUps;
    private readonly PoisonLineage _lineage;
    private readonly PoisonTimes _times;
    private readonly Claims _claims;
    private readonly ProcessingFailures _failures;
    private readonly TerminalStates _terminal;
    private readonly DeadLetters _deadLetters;
    private readonly Consumption _consumption;
    private readonly TimeProvider _clock;
    private readonly ILogger<PoisonRecorder> _logger;

    internal PoisonRecorder(
        EmailLedger ledger,
        LaneQueues queues,
        WakeUps wakeUps,
        PoisonLineage lineage,
        PoisonTimes times,
        Claims claims,
        ProcessingFailures failures,
        TerminalStates terminal,
        DeadLetters deadLetters,
        Consumption consumption,
        TimeProvider clock,
        ILogger<PoisonRecorder> logger)
    {
        _ledger = ledger;
        _queues = queues;
        _wakeUps = wakeUps;
        _lineage = lineage;
        _times = times;
        _claims = claims;
        _failures = failures;
        _terminal = terminal;
        _deadLetters = deadLetters;
        _consumption = consumption;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Works through one message of a poison queue.</summary>
    /// <remarks>
    /// A poison queue has no poison queue: after five tries the host never runs the message again, and deletes nothing. So
    /// from its second try on a message is first replaced by a copy with its own dequeue count. However often the process
    /// dies, one message represents the poison, and it is run again.
    /// </remarks>
    public async Task RecordAsync(Lane lane, QueueMessage message, CancellationToken cancellationToken)
    {
        // 1. of several messages that a crash left for one poison, one goes on
        var poison = Read(message.Body, out var unreadable);
        var lineage = poison?.Copy ?? new PoisonCopy(message.MessageId, 0);
        if (!await StandsAsync(message, poison, lineage, cancellationToken))
            return;

        // 2. a copy, in case the process dies again
        var copy = message.DequeueCount >= ReplacedFrom ? await ReplaceAsync(lane, message, poison, lineage, cancellationToken) : (PoisonReceipt?)null;

        // 3. the work
        try
        {
            if (poison is null)
                await KeepAsync(lane, message, unreadable!, cancellationToken);
            else
                await RecordAsync(lane, message, poison, lineage.Original, cancellationToken);
        }
        catch (Exception exception) when (copy is not null && !cancellationToken.IsCancellationRequested)
        {
            _logger.PoisonPutBack(lane.QueueName(), exception.GetType().Name);
            return;
        }

        // 4. the copy is no longer needed; the host deletes the message, or finds it gone
        if (copy is { } put)
            await _queues.DeletePoisonAsync(put, cancellationToken);
    }

    private async Task<bool> StandsAsync(QueueMessage message, LaneMessage? poison, PoisonCopy lineage, CancellationToken cancellationToken)
    {
        // An original at its first try has no copy.
        if (poison?.Copy is null && message.DequeueCount < ReplacedFrom)
            return true;
        try
        {
            return await _lineage.TryStandAsync(lineage, message.MessageId, cancellationToken);
        }
        catch (Exception exception) when (StorageFault.Is(exception) && message.DequeueCount >= Deliverer.LastTry)
        {
            // An outage must not use up the tries; a superfluous message is recognised at a later try.
            return true;
        }
    }

    private static LaneMessage? Read(BinaryData body, out string? unreadable)
    {
        try
        {
            unreadable = null;
            return LaneMessage.Parse(body);
        }
        catch (UnreadableMessageException exception)
        {
            unreadable = exception.Message;
            return null;
        }
    }

    private Task<PoisonReceipt> ReplaceAsync(Lane lane, QueueMessage message, LaneMessage? poison, PoisonCopy lineage, CancellationToken cancellationToken)
    {
        // An unreadable message is put unchanged.
        var body = poison is null ? message.Body : (poison with { Copy = lineage with { Generation = lineage.Generation + 1 } }).ToBody();
        return _queues.ReplacePoisonAsync(lane, message, body, _times.Hidden, cancellationToken);
    }

    private async Task KeepAsync(Lane lane, QueueMessage message, string unreadable, CancellationToken cancellationToken)
    {
        await _deadLetters.KeepAsync(lane.QueueName(), message, unreadable, cancellationToken);
        _logger.DeadLettered(lane.QueueName());
    }

    private Task RecordAsync(Lane lane, QueueMessage message, LaneMessage poison, string original, CancellationToken cancellationToken) =>
        _consumption.RunAsync(
            new ConsumedMessage(lane.QueueName() + StorageNames.PoisonSuffix, message.MessageId, message.DequeueCount, poison.Mails.Count, poison.Trace),
            _ => SplitAsync(lane, message, poison, original, cancellationToken));

    private async Task SplitAsync(Lane lane, QueueMessage message, LaneMessage poison, string original, CancellationToken cancellationToken)
    {
        _logger.PoisonSplit(lane.QueueName(), poison.Mails.Count);
        // The original's id, so that its copies count the same fault.
        var source = FormattableString.Invariant($"poison message {original}");
        var rows = await _ledger.ReadManyOrSkipAsync([.. poison.Mails.Select(mail => mail.Id)], cancellationToken);
        var unreadable = poison.Mails.Where(mail => rows.TryGetValue(mail.Id, out var row) && row is null).Select(mail => mail.Id).ToHashSet();
        foreach (var mail in poison.Mails.Where(mail => !unreadable.Contains(mail.Id)))
            await RecordAsync(lane, mail, rows.GetValueOrDefault(mail.Id), source, cancellationToken);

        // A row that a newer version wrote, or that was damaged, must block neither its neighbours nor the queue.
        if (unreadable.Count > 0)
            await KeepAsync(lane, message, $"The ledger's row of {string.Join(", ", unreadable)} cannot be read by this version of the app.", cancellationToken);
    }

    private async Task RecordAsync(Lane lane, NamedAttempt mail, LedgerRow? row, string source, CancellationToken cancellationToken)
    {
        switch (Triage.Of(row, mail, _clock.GetUtcNow()))
        {
            case Verdict.Drop:
                await _terminal.EnsureRecordedAsync(row!, cancellationToken);
                break;
            case Verdict.Absent or Verdict.Leased:
                await _queues.PutAsync(lane, [mail], row?.Claim is { } claim ? claim.LeaseUntil - _clock.GetUtcNow() : TimeSpan.Zero, cancellationToken);
                break;
            case Verdict.Wait:
                // The mail is not due, so no worker can have died of it.
                await _wakeUps.PutAsync(row!, cancellationToken);
                break;
            case Verdict.Expired:
                // If another worker writes the row first, the lane looks again.
                if (!await _terminal.TryExpireAsync(row!, cancellationToken))
                    await _queues.PutAsync(lane, [mail], TimeSpan.Zero, cancellationToken);
                break;
            case Verdict.Abandoned:
                await _claims.SettleLostAsync(row!, cancellationToken);
                await CountAsync();
                break;
            case Verdict.Ready:
                await CountAsync();
                break;
        }

        Task CountAsync() => _failures.CountAsync(
            mail.Id, source, "A worker failed repeatedly on the queue message that named this mail, or died of it.", cancellationToken);
    }
}

/// <summary>The waiting time of a poison message's copy.</summary>
/// <param name="Hidden">The copy stays hidden this long; the same time for which the host hides a message whose function failed.</param>
internal sealed record PoisonTimes(TimeSpan Hidden)
{
    public static readonly PoisonTimes Default = new(TimeSpan.FromMinutes(10));
}

using System.Diagnostics.Metrics;
using Azure.Data.Tables;
using Azure.Storage.Queues.Models;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.Telemetry;

namespace MailFunctions.Maintenance.Recovery;

/// <summary>
/// Measures backlog, held mail and dead letters once a minute, if the metrics are listened to: six requests to storage in
/// normal operation, a bounded number otherwise.
/// </summary>
internal sealed class LevelSurvey(
    StorageClients storage, EmailLedger ledger, HeldMails held, StalledMailRecovery secondLook, OldestUnattempted longest, Levels levels, TimeProvider clock)
{
    /// <summary>The most mails counted: an alarm has gone off long before.</summary>
    internal const int MaxHeld = 250;

    /// <summary>The longest count. Outdated entries are looked up too, and a survey must not delay the timer's next run.</summary>
    private static readonly TimeSpan LongestCount = TimeSpan.FromSeconds(20);

    private const int MaxDeadLetters = 1000;

    /// <summary>The number of messages peeked. A queue is not strictly in order: the oldest is among the first.</summary>
    private const int PeekedMessages = 32;

    private const int LookedUpMails = 8;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (levels.OldestWaiting.IsWatched)
            levels.OldestWaiting.Report(await WaitingAsync(cancellationToken));
        if (levels.Held.IsWatched)
            levels.Held.Report(await HeldAsync(EmailState.Uncertain, cancellationToken), await HeldAsync(EmailState.Dead, cancellationToken));
        if (levels.DeadLetters.IsWatched)
            levels.DeadLetters.Report(new Measurement<double>(await CountDeadLettersAsync(cancellationToken)));
    }

    private async Task<Measurement<double>[]> WaitingAsync(CancellationToken cancellationToken)
    {
        var unattempted = await longest.UpdateAsync(secondLook.Unattempted, cancellationToken);
        return await Task.WhenAll(Enum.GetValues<Lane>().Select(lane =>
            WaitingAsync(lane, unattempted.TryGetValue(lane, out var mail) ? mail.Since : null, cancellationToken)));
    }

    private async Task<Measurement<double>> WaitingAsync(Lane lane, DateTimeOffset? unattempted, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var since = await QueuedSinceAsync(lane, cancellationToken) ?? now;
        if (unattempted < since)
            since = unattempted.Value;
        return new(Math.Max(0, (now - since).TotalSeconds), new KeyValuePair<string, object?>(AttributeNames.Lane, lane.Name()));
    }

    /// <summary>The due time of the oldest visible mail in the lane's queue; null if there is none.</summary>
    private async Task<DateTimeOffset?> QueuedSinceAsync(Lane lane, CancellationToken cancellationToken)
    {
        PeekedMessage[] peeked = await storage.Queue(lane).PeekMessagesAsync(PeekedMessages, cancellationToken);
        var ids = peeked.OrderBy(message => message.InsertedOn).Select(FirstOf).OfType<EmailId>().Take(LookedUpMails).ToList();
        if (ids.Count == 0)
            return null;
        var rows = await ledger.ReadManyWithoutContentAsync(ids, cancellationToken);
        var due = rows.Values.Where(row => row.Claim is null && row.State.IsOpen()).Select(row => row.DueAt ?? row.SendableAt).ToList();
        return due.Count == 0 ? null : due.Min();
    }

    private static EmailId? FirstOf(PeekedMessage message)
    {
        try
        {
            return LaneMessage.Parse(message.Body).Mails[0].Id;
        }
        catch (UnreadableMessageException)
        {
            return null;
        }
    }

    private async Task<Measurement<double>> HeldAsync(EmailState state, CancellationToken cancellationToken)
    {
        var count = 0;
        var began = clock.GetTimestamp();
        await foreach (var (_, row) in held.WalkAsync([state], after: null, cancellationToken))
        {
            if (row is not null)
                count++;
            if (count == MaxHeld || clock.GetElapsedTime(began) > LongestCount)
                break;
        }

        return new(count, new KeyValuePair<string, object?>(AttributeNames.State, state.Name()));
    }

    private ValueTask<int> CountDeadLettersAsync(CancellationToken cancellationToken) => storage.Table(StorageNames.DeadLettersTable)
        .QueryAsync<TableEntity>(select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken)
        .Take(MaxDeadLetters)
        .CountAsync(cancellationToken);
}

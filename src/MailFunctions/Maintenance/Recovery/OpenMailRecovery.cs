using Azure.Storage.Queues.Models;
using MailFunctions.Delivery;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Maintenance.Recovery;

/// <summary>
/// Recovers mail that is still open after a day (rule 2): each partition of the ledger with such mail is looked at once a
/// day until it has none, and mail that lost its queue message or schedule row gets another, whatever the cause of the
/// loss. After its expiry that message ends the mail as expired.
/// </summary>
internal sealed class OpenMailRecovery(
    LedgerPartition ledger, OpenPartitions open, WakeUps wakeUps, StorageClients storage, ScheduledMessages scheduled, Watermarks watermarks, TimeProvider clock, ILogger<OpenMailRecovery> logger)
{
    public const string Watermark = "open-mail";

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Mail due before the next look is checked in the schedule; the extra hour is for late looks.</summary>
    private static readonly TimeSpan UntilNextLook = TimeSpan.FromHours(25);

    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(20);

    private const int AtOnce = 8;

    /// <summary>The number of messages peeked. A queue is not strictly in order: the oldest message is among the first.</summary>
    private const int PeekedMessages = 32;

    /// <summary>Looks at the remembered partitions whose time of day has come; at all of them after a pause of a day.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = MinutePartition.MinuteOf(clock.GetUtcNow());
        var stands = await watermarks.ReadAsync(Watermark, cancellationToken) ?? now - Day;
        if (now - stands < Every)
            return;

        var from = stands < now - Day ? now - Day : stands;
        var began = clock.GetTimestamp();
        var lanes = new LaneFronts(storage);
        var slot = new List<OpenPartition>();
        await foreach (var partition in open.ReadAsync(from, now, cancellationToken))
        {
            if (slot.Count > 0 && TimeOfDay(slot[0]) != TimeOfDay(partition))
            {
                await LookAtAsync(slot, lanes, cancellationToken);
                if (clock.GetElapsedTime(began) >= MaxTime)
                {
                    // The next run continues with the rest.
                    await watermarks.AdvanceAsync(Watermark, LastBefore(now, TimeOfDay(slot[0])), cancellationToken);
                    return;
                }

                slot.Clear();
            }

            slot.Add(partition);
        }

        await LookAtAsync(slot, lanes, cancellationToken);
        await watermarks.AdvanceAsync(Watermark, now, cancellationToken);
    }

    /// <summary>Looks at a partition that another job has already read.</summary>
    public async Task LookAtAsync(string partition, IReadOnlyList<LedgerRow> rows, int unreadable, CancellationToken cancellationToken)
    {
        // An unreadable row may be open.
        if (unreadable > 0 || rows.Any(row => !row.State.IsFinal()))
            await LookAtAsync(partition, rows, unreadable, await open.FindAsync(partition, cancellationToken), new LaneFronts(storage), cancellationToken);
    }

    private Task LookAtAsync(IEnumerable<OpenPartition> partitions, LaneFronts lanes, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        partitions,
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (partition, token) =>
        {
            try
            {
                var (rows, unreadable) = await ledger.ReadAsync(partition.PartitionKey, token);
                await LookAtAsync(partition.PartitionKey, rows, unreadable, partition, lanes, token);
            }
            catch (Exception exception) when (!StorageFault.Is(exception) && !token.IsCancellationRequested)
            {
                // One bad partition must not block all others; it is looked at again tomorrow.
                logger.PartitionNotLookedAt(partition.PartitionKey, exception);
            }
        });

    private async Task LookAtAsync(
        string partition, IReadOnlyList<LedgerRow> rows, int unreadable, OpenPartition? remembered, LaneFronts lanes, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();

        // 1. a lost schedule row, before its mail is late
        var waiting = rows.Where(row => row.State.IsOpen() && row.DueAt > now + ScheduledMessages.LongestHidden && row.DueAt < now + UntilNextLook && row.DueAt < row.ExpiresAt);
        foreach (var row in await scheduled.FindMissingAsync([.. waiting], cancellationToken))
            await wakeUps.PutAsync(row, cancellationToken);

        // 2. a lost queue message
        var queuedAgain = 0;
        foreach (var lane in rows.Where(row => row.IsStalledSince(now - StalledMail.Threshold)).GroupBy(row => row.Lane))
        {
            var front = await lanes.OldestAsync(lane.Key, cancellationToken);
            var lost = lane.Where(row => row.HasLostItsMessage(front, remembered?.QueuedAgain, now)).ToList();
            if (lost.Count == 0)
                continue;
            // Stored first: a crash after it delays the mail by a day; the other order could put a second message.
            await open.RememberQueuedAgainAsync(partition, now, cancellationToken);
            await wakeUps.WakeAsync(lost, cancellationToken);
            queuedAgain += lost.Count;
        }

        if (queuedAgain > 0)
            logger.QueuedAgain(queuedAgain, MinutePartition.MinuteOf(partition));

        // 3. whether there is another look
        if (unreadable > 0 || rows.Any(row => !row.State.IsFinal()))
        {
            if (remembered is null && queuedAgain == 0)
                await open.RememberAsync(partition, cancellationToken);
        }
        else if (remembered is not null)
        {
            await open.ForgetAsync(remembered, cancellationToken);
        }
    }

    private static TimeSpan TimeOfDay(OpenPartition partition) => MinutePartition.MinuteOf(partition.PartitionKey).TimeOfDay;

    private static DateTimeOffset LastBefore(DateTimeOffset now, TimeSpan timeOfDay)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date + timeOfDay, TimeSpan.Zero);
        return today <= now ? today : today - Day;
    }

    /// <summary>The insertion time of the oldest message that a lane's workers get next, requested once a run.</summary>
    private sealed class LaneFronts(StorageClients storage)
    {
        private readonly Dictionary<Lane, Lazy<Task<DateTimeOffset?>>> _fronts =
            Enum.GetValues<Lane>().ToDictionary(lane => lane, lane => new Lazy<Task<DateTimeOffset?>>(() => PeekAsync(storage, lane)));

        public Task<DateTimeOffset?> OldestAsync(Lane lane, CancellationToken cancellationToken) => _fronts[lane].Value.WaitAsync(cancellationToken);

        private static async Task<DateTimeOffset?> PeekAsync(StorageClients storage, Lane lane)
        {
            PeekedMessage[] peeked = await storage.Queue(lane).PeekMessagesAsync(PeekedMessages);
            return peeked.Min(message => message.InsertedOn);
        }
    }
}

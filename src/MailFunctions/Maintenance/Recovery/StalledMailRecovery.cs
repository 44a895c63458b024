using System.Collections.Concurrent;
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
/// Recovers the mail of a dead instance early. The host brings its messages back only after up to ten minutes, too late for a
/// one-time code. So each minute of the ledger is read once, four minutes later, and mail that is open, due and unclaimed is
/// queued again if its lane has no visible backlog. Harmless by rule 3, and never the guarantee.
/// </summary>
internal sealed class StalledMailRecovery(
    EmailLedger ledger, WakeUps wakeUps, StorageClients storage, Watermarks watermarks, TimeProvider clock, ILogger<StalledMailRecovery> logger)
{
    public const string Watermark = "second-look";

    private static readonly TimeSpan Age = TimeSpan.FromMinutes(4);

    /// <summary>The furthest look back: after a longer pause of the timer the queues themselves have brought everything back.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromMinutes(15);

    /// <summary>The time for which mail that is due counts as on its way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Lane, UnattemptedMail> _unattempted = new();

    /// <summary>The oldest mail of each lane that the last run found without an attempt.</summary>
    public IReadOnlyDictionary<Lane, UnattemptedMail> Unattempted => _unattempted;

    /// <returns>The number of mails queued again.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var queuedAgain = 0;
        _unattempted.Clear();
        var until = MinutePartition.MinuteOf(clock.GetUtcNow() - Age);
        var minute = await watermarks.ReadAsync(Watermark, cancellationToken) ?? until - TimeSpan.FromMinutes(1);
        if (minute < until - Reach)
            minute = until - Reach;
        for (; minute < until; minute += TimeSpan.FromMinutes(1))
            queuedAgain += await LookAtAsync(minute, cancellationToken);
        await watermarks.AdvanceAsync(Watermark, until, cancellationToken);
        return queuedAgain;
    }

    /// <inheritdoc cref="RunAsync"/>
    internal async Task<int> LookAtAsync(DateTimeOffset minute, CancellationToken cancellationToken)
    {
        var since = clock.GetUtcNow() - Patience;
        var still = new List<LedgerRow>();
        await foreach (var row in ledger.ReadMinuteAsync(minute, cancellationToken))
        {
            if (row.IsUnattemptedSince(since))
                NoteUnattempted(row);
            if (row.IsStalledSince(since))
                still.Add(row);
        }

        var queuedAgain = 0;
        foreach (var lane in still.GroupBy(row => row.Lane))
        {
            PeekedMessage? waiting = await storage.Queue(lane.Key).PeekMessageAsync(cancellationToken);
            if (waiting is not null)
                continue;

            await wakeUps.WakeAsync(lane, cancellationToken);
            logger.QueuedAgain(lane.Count(), minute);
            queuedAgain += lane.Count();
        }

        return queuedAgain;
    }

    private void NoteUnattempted(LedgerRow row) =>
        _unattempted.AddOrUpdate(row.Lane, UnattemptedMail.Of(row), (_, oldest) => row.SendableAt < oldest.Since ? UnattemptedMail.Of(row) : oldest);
}

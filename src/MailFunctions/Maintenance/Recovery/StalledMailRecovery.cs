using System.Collections.Concurrent;
using Azure.Storage.Queues.Models;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Maintenance.Recovery;

/// <summary>
/// When an instance dies, the host brings the messages that it held back only after up to ten minutes: too long for a
/// code. So each minute of the ledger is looked at once, four minutes later, and mail that is open, due and in nobody's
/// hands is queued again while its lane has no visible backlog. Harmless by rule 3, and never the guarantee.
/// </summary>
internal sealed class StalledMailRecovery(
    EmailLedger ledger, LaneQueues queues, StorageClients storage, Watermarks watermarks, TimeProvider clock, ILogger<StalledMailRecovery> logger)
{
    public const string Watermark = "second-look";

    private static readonly TimeSpan Age = TimeSpan.FromMinutes(4);

    /// <summary>After a longer pause of the timer the queues themselves have brought everything back.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromMinutes(15);

    /// <summary>A mail that has been due for less is on its way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Lane, UnattemptedMail> _unattempted = new();

    /// <summary>By lane the oldest mail that was met in the last run without an attempt.</summary>
    public IReadOnlyDictionary<Lane, UnattemptedMail> Unattempted => _unattempted;

    /// <returns>How many mails were queued again.</returns>
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

            await queues.PutAsync(lane.Key, [.. lane.Select(row => row.NextAttempt())], TimeSpan.Zero, cancellationToken);
            logger.QueuedAgain(lane.Count(), minute);
            queuedAgain += lane.Count();
        }

        return queuedAgain;
    }

    private void NoteUnattempted(LedgerRow row) =>
        _unattempted.AddOrUpdate(row.Lane, UnattemptedMail.Of(row), (_, oldest) => row.SendableAt < oldest.Since ? UnattemptedMail.Of(row) : oldest);
}

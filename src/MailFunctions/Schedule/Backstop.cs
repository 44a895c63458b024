using MailFunctions.Ledger;
using MailFunctions.Queue;
using MailFunctions.Storage;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Schedule;

/// <summary>
/// The last line (rule 2): every minute of the ledger is looked at once more a day later, and open mail that stands
/// still is queued again. Nothing that works as it should ever needs it; queuing again what did not need it is harmless.
/// </summary>
internal sealed class Backstop(EmailLedger ledger, LaneQueues queues, LaterMail later, Watermarks watermarks, TimeProvider clock, ILogger<Backstop> logger)
{
    public const string Watermark = "backstop";

    private static readonly TimeSpan Age = TimeSpan.FromDays(1);

    /// <summary>A day that was missed is made up for in half an hour of timer runs.</summary>
    private const int MaxMinutesARun = 60;

    private static readonly TimeSpan StandingStill = TimeSpan.FromMinutes(15);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var until = MinutePartition.MinuteOf(clock.GetUtcNow() - Age);
        // The first run finds no mail that is older than itself.
        var minute = await watermarks.ReadAsync(Watermark, cancellationToken) ?? until;
        var last = minute + TimeSpan.FromMinutes(MaxMinutesARun);
        for (; minute < until && minute < last; minute += TimeSpan.FromMinutes(1))
            await LookAtAsync(minute, cancellationToken);
        await watermarks.AdvanceAsync(Watermark, minute, cancellationToken);
    }

    internal async Task LookAtAsync(DateTimeOffset minute, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var still = new List<LedgerRow>();
        await foreach (var row in ledger.ReadMinuteAsync(minute, cancellationToken))
        {
            if (row.State is EmailState.Deferred or EmailState.Scheduled && row.DueAt > now)
                await later.PutAsync(row.Lane, NamedAttempt.NextOf(row), row.DueAt.Value, cancellationToken);
            else if (row.StandsStillSince(now - StandingStill))
                still.Add(row);
        }

        foreach (var lane in still.GroupBy(row => row.Lane))
            await queues.PutAsync(lane.Key, [.. lane.Select(row => row.Mover())], TimeSpan.Zero, cancellationToken);
        if (still.Count > 0)
            logger.QueuedAgain(still.Count, minute);
    }
}

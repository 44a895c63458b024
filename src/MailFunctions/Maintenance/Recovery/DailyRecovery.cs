using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Maintenance.Recovery;

/// <summary>
/// Recovers lost messages as a last resort (rule 2): every minute of the ledger is looked at once more a day later, and open
/// mail that lost its message is queued again. Mail still open then is looked at daily (<see cref="OpenMailRecovery"/>).
/// In normal operation nothing needs it; queuing a mail again needlessly is harmless.
/// </summary>
internal sealed class DailyRecovery(LedgerPartition ledger, OpenMailRecovery recovery, Watermarks watermarks, TimeProvider clock)
{
    public const string Watermark = "backstop";

    private static readonly TimeSpan Age = TimeSpan.FromDays(1);

    /// <summary>Minutes a run; a missed day is made up for in half an hour of timer runs.</summary>
    private const int MaxMinutesARun = 60;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var until = MinutePartition.MinuteOf(clock.GetUtcNow() - Age);
        // On the first run no mail is older than the run itself.
        var minute = await watermarks.ReadAsync(Watermark, cancellationToken) ?? until;
        var last = minute + TimeSpan.FromMinutes(MaxMinutesARun);
        for (; minute < until && minute < last; minute += TimeSpan.FromMinutes(1))
            await LookAtAsync(minute, cancellationToken);
        await watermarks.AdvanceAsync(Watermark, minute, cancellationToken);
    }

    internal async Task LookAtAsync(DateTimeOffset minute, CancellationToken cancellationToken)
    {
        foreach (var partition in MinutePartition.KeysOf(minute))
        {
            var (rows, unreadable) = await ledger.ReadAsync(partition, cancellationToken);
            await recovery.LookAtAsync(partition, rows, unreadable, cancellationToken);
        }
    }
}

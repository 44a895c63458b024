using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Maintenance.Recovery;

/// <summary>
/// The last line (rule 2): every minute of the ledger is looked at once more a day later, and open mail that has lost its
/// message is queued again. What is not over by then is looked at every day from then on (<see cref="OpenMailRecovery"/>).
/// Nothing that works as it should ever needs it; queuing again what did not need it is harmless.
/// </summary>
internal sealed class DailyRecovery(LedgerPartition ledger, OpenMailRecovery recovery, Watermarks watermarks, TimeProvider clock)
{
    public const string Watermark = "backstop";

    private static readonly TimeSpan Age = TimeSpan.FromDays(1);

    /// <summary>A day that was missed is made up for in half an hour of timer runs.</summary>
    private const int MaxMinutesARun = 60;

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
        foreach (var partition in MinutePartition.KeysOf(minute))
        {
            var (rows, unreadable) = await ledger.ReadAsync(partition, cancellationToken);
            await recovery.LookAtAsync(partition, rows, unreadable, cancellationToken);
        }
    }
}

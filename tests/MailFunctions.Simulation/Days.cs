using MailFunctions.Mail;
using MailFunctions.Simulation.Hosting;
using MailFunctions.Simulation.Outside;
using MailFunctions.Simulation.Promises;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation;

/// <summary>
/// The month after: what wakes scheduled mail is lost and must be found again, and mail that has ended is purged in time.
/// Nights pass without a process; the timers' progress is moved over them, as if they had looked at minutes without mail.
/// </summary>
internal sealed class Days(World world, Fleet fleet, Observer observer, SimulatedStorage storage, DateTimeOffset start, ICollection<string> broken)
{
    /// <summary>Scheduled mail is due so long after the start.</summary>
    public static readonly TimeSpan UntilDue = TimeSpan.FromDays(3);

    private static readonly TimeSpan Content = TimeSpan.FromDays(7);
    private static readonly TimeSpan Ledger = TimeSpan.FromDays(30);

    /// <summary>The last look of the statistics at a minute is over.</summary>
    private static readonly TimeSpan UntilSettled = TimeSpan.FromMinutes(80);

    /// <summary>A run of the purge is due every 15 minutes, of which some are left out.</summary>
    private static readonly TimeSpan UntilPurged = TimeSpan.FromHours(3);

    /// <summary>Loses all messages and the whole schedule, and lets time pass until the scheduled mail must have been sent.</summary>
    public async Task SendLateAsync()
    {
        await world.WaitAsync(UntilSettled, null);
        fleet.Sleep();
        storage.Lose();
        await LeapAsync(start + TimeSpan.FromDays(1) + TimeSpan.FromMinutes(20), everyMinuteFrom: start);
        await world.WaitAsync(TimeSpan.FromMinutes(40), null);
        await LeapAsync(start + TimeSpan.FromDays(2) + TimeSpan.FromMinutes(20));
        await world.WaitAsync(TimeSpan.FromMinutes(40), null);
        await LeapAsync(start + UntilDue - TimeSpan.FromMinutes(5));
        for (var limit = world.Now + TimeSpan.FromHours(2); observer.HasOpen(DateTimeOffset.MaxValue) && world.Now < limit;)
            await world.WaitAsync(TimeSpan.FromSeconds(20), null);
        foreach (var row in observer.ReadRows(EmailStates.IsOpen))
            broken.Add($"{row.Id} of {row.Sender} is {row.State.Name()}, and was due at {row.DueAt:u}: what woke it was lost, and nobody found it.");
    }

    /// <summary>Lets a month pass, and looks at what is purged.</summary>
    public async Task PurgeAsync()
    {
        await world.WaitAsync(UntilSettled, null);
        await LeapAsync(start + Content + TimeSpan.FromHours(2));
        await world.WaitAsync(UntilPurged, null);
        CheckContent();
        var before = observer.ReadRows();
        await LeapAsync(start + Ledger + TimeSpan.FromHours(9));
        await world.WaitAsync(UntilPurged, null);
        CheckRows(before);
    }

    private void CheckContent()
    {
        var blobs = storage.Account.Blobs(MailFunctions.Storage.StorageNames.ContentContainer).Select(name => name.Split('/')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var row in observer.ReadRows())
        {
            var isOver = row.State.IsFinal() && row.EndedAt + Content < world.Now - TimeSpan.FromHours(1);
            if (isOver && (row.ContentPurgedAt is null || (blobs.Contains(row.Id.ToString()) && row.Batch is null)))
                broken.Add($"{row.Id} of {row.Sender} ended at {row.EndedAt:u}, and its content is still there at {world.Now:u}.");
            if ((!row.State.IsFinal() || row.EndedAt + Content > world.Now) && row.ContentPurgedAt is { } purged)
                broken.Add($"{row.Id} of {row.Sender} is {row.State.Name()}, and its content was purged at {purged:u}.");
        }
    }

    private void CheckRows(IReadOnlyList<LedgerRow> before)
    {
        var left = observer.ReadRows().Select(row => row.Id).ToHashSet();
        var events = observer.ReadEvents().Select(happened => happened.Id).ToHashSet();
        foreach (var row in before)
        {
            // Checks of a minute are rounded up to six hours.
            var isOver = row.State.IsFinal() && row.EndedAt + Ledger < world.Now - TimeSpan.FromHours(7);
            if (isOver && (left.Contains(row.Id) || events.Contains(row.Id)))
                broken.Add($"{row.Id} of {row.Sender} ended at {row.EndedAt:u}, and is still there at {world.Now:u}.");
            if ((!row.State.IsFinal() || row.EndedAt + Ledger > world.Now) && !left.Contains(row.Id))
                broken.Add($"{row.Id} of {row.Sender} is {row.State.Name()} since {row.EndedAt:u}, and was purged at {world.Now:u}.");
        }
    }

    /// <param name="everyMinuteFrom">The first minute at which the daily recovery still has to look; null for none.</param>
    private async Task LeapAsync(DateTimeOffset to, DateTimeOffset? everyMinuteFrom = null)
    {
        fleet.Sleep();
        observer.End();
        storage.MoveProgress(to - world.Now, everyMinuteFrom);
        await world.WaitAsync(to - world.Now, null);
        fleet.Wake();
    }
}

using System.Globalization;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation.Promises;

/// <summary>Looks at each mail as it reaches the relay: not before its time, and not after its expiry.</summary>
internal sealed class RelayWatch(World world, IReadOnlyList<MailPlan> mails, ICollection<string> broken)
{
    /// <summary>
    /// The Date header, by which clocks are set, has whole seconds, and queues hide for whole seconds.
    /// </summary>
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(3);

    /// <summary>
    /// An attempt begins with its claim; the mails of a group follow one another on one connection, each within half a lease.
    /// </summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    /// <param name="sender">Of an accepted MAIL command.</param>
    public void OnBegin(string sender)
    {
        var mail = mails[int.Parse(sender.AsSpan(1, sender.IndexOf('-', StringComparison.Ordinal) - 1), CultureInfo.InvariantCulture)];
        if (mail.ScheduledAt is { } scheduled && world.Now < scheduled - Early)
            broken.Add($"{sender} began at {world.Now:HH:mm:ss}, before its time {scheduled:HH:mm:ss}.");
        if (mail.ExpiresAt is { } expires && world.Now > expires + Late)
            broken.Add($"{sender} began at {world.Now:HH:mm:ss}, after its expiry {expires:HH:mm:ss}.");
    }
}

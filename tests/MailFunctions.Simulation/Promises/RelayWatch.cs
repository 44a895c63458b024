using System.Globalization;
using MailFunctions.Simulation.Actors;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation.Promises;

/// <summary>Looks at each mail as it reaches the relay: not before its time, and not after its expiry.</summary>
internal sealed class RelayWatch(World world, IReadOnlyList<MailPlan> mails, Decisions decisions, ICollection<string> broken)
{
    /// <summary>
    /// The Date header, by which clocks are set, has whole seconds, and queues hide for whole seconds.
    /// </summary>
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(3);

    /// <summary>
    /// An attempt begins with its claim; the mails of a group follow one another on one connection, each within half a lease.
    /// </summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    /// <summary>How long octets of an attempt that was under way may need to the relay.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A worker uses a list that is up to 5 minutes old while storage does not answer, and a group is sent within 4 minutes.
    /// </summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(10);

    /// <param name="sender">Of an accepted MAIL command.</param>
    public void OnBegin(string sender)
    {
        var mail = mails[int.Parse(sender.AsSpan(1, sender.IndexOf('-', StringComparison.Ordinal) - 1), CultureInfo.InvariantCulture)];
        if (decisions.NotBefore(sender, mail.ScheduledAt) is { } scheduled && world.Now < scheduled - Early)
            broken.Add($"{sender} began at {world.Now:HH:mm:ss}, before its time {scheduled:HH:mm:ss}.");
        if (mail.ExpiresAt is { } expires && !decisions.IsTriedAgain(sender) && world.Now > expires + Late)
            broken.Add($"{sender} began at {world.Now:HH:mm:ss}, after its expiry {expires:HH:mm:ss}.");
    }

    /// <summary>Looks at each copy that the relay takes.</summary>
    public void OnDelivery(string sender, string recipient)
    {
        if (decisions.Canceled.TryGetValue(sender, out var canceled) && world.Now > canceled + OnItsWay)
            broken.Add($"{recipient} received the mail of {sender} at {world.Now:HH:mm:ss}, which was canceled at {canceled:HH:mm:ss}.");
        if (decisions.Suppressed.TryGetValue(recipient, out var suppressed) && world.Now > suppressed + Stale)
            broken.Add($"{recipient} received the mail of {sender} at {world.Now:HH:mm:ss}, and was suppressed at {suppressed:HH:mm:ss}.");
    }
}

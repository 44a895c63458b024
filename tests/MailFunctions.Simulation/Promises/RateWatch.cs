using System.Globalization;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation.Promises;

/// <summary>Counts what the relay has accepted: not more in a minute than the relay's setting.</summary>
internal sealed class RateWatch(World world, int perMinute, ICollection<string> broken)
{
    /// <summary>
    /// A MAIL may be sent 2 s after its slot, and be seconds on its way; clocks are set by whole seconds.
    /// </summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60 - 10);

    private readonly Queue<DateTimeOffset> _begun = new();

    public void OnBegin(string sender)
    {
        _begun.Enqueue(world.Now);
        while (_begun.Peek() <= world.Now - Window)
            _begun.Dequeue();
        if (_begun.Count > perMinute)
            broken.Add(string.Create(CultureInfo.InvariantCulture, $"{sender} was number {_begun.Count} in {Window.TotalSeconds} s at {world.Now:HH:mm:ss}, at {perMinute} a minute."));
    }
}

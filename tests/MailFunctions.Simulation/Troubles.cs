using MailFunctions.Simulation.Hosting;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation;

/// <summary>Kills, and bad times of storage and relay.</summary>
internal sealed class Troubles(World world, Trouble without)
{
    private const int UsualStorageFaults = 2;
    private const int UsualRelayFaults = 30;

    /// <summary>Of a thousand requests to storage, how many meet a fault now.</summary>
    public int StorageFaults { get; set; }

    /// <summary>Of a thousand commands to the relay, how many meet a fault now.</summary>
    public int RelayFaults { get; private set; }

    public bool Has(Trouble trouble) => !without.HasFlag(trouble);

    public void Begin() => (StorageFaults, RelayFaults) = (Has(Trouble.Storage) ? UsualStorageFaults : 0, Has(Trouble.Relay) ? UsualRelayFaults : 0);

    /// <summary>Runs until a time; then there are no faults any more, and nothing is killed.</summary>
    public async Task RunAsync(Fleet fleet, DateTimeOffset until)
    {
        while (world.Now < until)
        {
            await world.WaitAsync(TimeSpan.FromSeconds(1 + (40 * world.Chance.NextDouble())), null);
            switch (world.Chance.Next(6))
            {
                case 0 when Has(Trouble.Storage):
                    StorageFaults = world.Chance.Next(3) == 0 ? 1000 : 200;
                    await BadTimeAsync();
                    break;
                case 1 when Has(Trouble.Relay):
                    RelayFaults = 400;
                    await BadTimeAsync();
                    break;
                case > 1 when Has(Trouble.Kills):
                    fleet.KillOne();
                    break;
            }
        }

        (StorageFaults, RelayFaults, fleet.IsCalm) = (0, 0, true);
    }

    /// <summary>Mostly less than a lease, and now and then longer.</summary>
    private async Task BadTimeAsync()
    {
        await world.WaitAsync(TimeSpan.FromSeconds((world.Chance.Next(6) == 0 ? 150 : 40) * world.Chance.NextDouble()), null);
        Begin();
    }
}

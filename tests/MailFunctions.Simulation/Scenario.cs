using MailFunctions.Api.Suppressions;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Simulation.Hosting;
using MailFunctions.Simulation.Outside;
using MailFunctions.Simulation.Promises;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation;

/// <summary>What one seed came to.</summary>
/// <param name="Hash">Of every step outside the processes.</param>
/// <param name="Broken">The promises that were not kept.</param>
internal sealed record ScenarioResult(int Seed, ulong Hash, long Steps, int Mails, int Kills, IReadOnlyList<string> Broken);

/// <summary>
/// One run of the app from its first mail to the end of the last: mails, processes, kills, faults of storage and relay, all
/// drawn from the seed; then calm, and the promises are checked.
/// </summary>
internal sealed class Scenario
{
    private static readonly DateTimeOffset Start = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(40);

    /// <summary>Simulated time after the last kill, within which every mail must have come to an end.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromHours(6);

    private readonly int _seed;
    private readonly World _world;
    private readonly SimulatedStorage _storage;
    private readonly SimulatedRelay _relay;
    private readonly Fleet _fleet;
    private readonly Callers _callers;
    private readonly Observer _observer;
    private readonly List<MailPlan> _mails;
    private readonly DateTimeOffset _troubleEnds;
    private readonly RelayWatch _relayWatch;
    private readonly WakeUpWatch _wakeUps;
    private readonly List<string> _broken = [];
    private int _storageFaults;
    private int _relayFaults;

    /// <param name="story">Gets each step in words; null when nobody reads it.</param>
    public Scenario(int seed, int mails, PlantedFault planted, Action<string>? story)
    {
        _seed = seed;
        _world = new World(seed, Start);
        _world.Trace.Story = story;
        // The sources of the pipeline's chance are of the process: one scenario runs at a time.
        Chance.Octets = new SeededOctets(seed);
        Chance.Spread = new Random(seed ^ 0x5bd1e995);
        Storage.WriteToken.Source = new SeededOctets(~seed);
        _storage = new SimulatedStorage(_world, planted);
        _relay = new SimulatedRelay(_world, () => _relayFaults);
        _fleet = new Fleet(_world, _storage, _relay, () => _storageFaults);
        _callers = new Callers(_world, _fleet);
        _observer = new Observer(_world, _storage, _relay);
        var over = TimeSpan.FromMinutes(1 + (5 * _world.Chance.NextDouble()));
        _mails = [.. Enumerable.Range(0, mails).Select(number => MailPlan.Draw(_world.Chance, number, Start + Warm, over))];
        _troubleEnds = Start + Warm + over + TimeSpan.FromMinutes(4);
        _relayWatch = new RelayWatch(_world, _mails, _broken);
        _relay.Began += _relayWatch.OnBegin;
        _wakeUps = new WakeUpWatch(_observer, _broken);
        _storage.Performed += _wakeUps.OnPerformed;
        _storage.Performed += new EventWatch(_broken).OnPerformed;
    }

    public ScenarioResult Run()
    {
        _world.Run(PlayAsync);
        _fleet.End();
        _observer.End();
        return new ScenarioResult(_seed, _world.Trace.Hash, _world.Steps, _mails.Count, _fleet.Kills, _broken);
    }

    private async Task PlayAsync()
    {
        await _observer.PrepareAsync();
        _fleet.Start(1 + _world.Chance.Next(3));
        await SuppressAsync();
        (_storageFaults, _relayFaults) = (2, 30);
        _ = TroubleAsync();
        await _callers.PostAllAsync(_mails);
        if (_world.Now < _troubleEnds)
            await _world.WaitAsync(_troubleEnds - _world.Now, null);
        await SettleAsync();
        _broken.AddRange(await new FinalCheck(_world, _observer, _relay, _callers.Promised).FindBrokenAsync());
    }

    private async Task SuppressAsync()
    {
        for (var i = 0; i < 4; i++)
        {
            var address = $"s{i}{MailPlan.Suppressed}";
            var instance = _fleet.Any()!;
            var (status, body) = await instance.CallAsync("PUT", $"/api/suppressions/{address}", request => instance.Get<SuppressionCalls>().PutAsync(address, request, Caller.Operator, CancellationToken.None), """{"reason":"manual"}""");
            if (status is not (200 or 201 or 204))
                throw new SimulationFault($"A suppression was answered with {status}: {body}");
        }
    }

    /// <summary>Kills and bad times of storage and relay, until the trouble ends.</summary>
    private async Task TroubleAsync()
    {
        while (_world.Now < _troubleEnds)
        {
            await _world.WaitAsync(TimeSpan.FromSeconds(1 + (40 * _world.Chance.NextDouble())), null);
            switch (_world.Chance.Next(6))
            {
                case 0:
                    _storageFaults = _world.Chance.Next(3) == 0 ? 1000 : 200;
                    await _world.WaitAsync(TimeSpan.FromSeconds(40 * _world.Chance.NextDouble()), null);
                    _storageFaults = 2;
                    break;
                case 1:
                    _relayFaults = 400;
                    await _world.WaitAsync(TimeSpan.FromSeconds(40 * _world.Chance.NextDouble()), null);
                    _relayFaults = 30;
                    break;
                default:
                    _fleet.KillOne();
                    break;
            }
        }

        (_storageFaults, _relayFaults) = (0, 0);
    }

    /// <summary>Lets time pass until no mail is open.</summary>
    private async Task SettleAsync()
    {
        var limit = _world.Now + Limit;
        while (await _observer.HasOpenAsync() && _world.Now < limit)
            await _world.WaitAsync(TimeSpan.FromSeconds(20), null);
        _broken.AddRange((await _observer.ReadRowsAsync()).Where(row => row.State.IsOpen())
            .Select(row => $"{row.Id} of {row.Sender} is still {row.State.Name()} after {Limit.TotalHours} hours: {row.Reason}"));
    }
}

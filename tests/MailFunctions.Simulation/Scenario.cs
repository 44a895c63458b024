using MailFunctions.Mail;
using MailFunctions.Simulation.Actors;
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
    /// <summary>One of so many seeds goes on for a month.</summary>
    private const int LongEvery = 10;

    /// <summary>Mails of such a scenario that are due after days.</summary>
    private const int Late = 12;

    private const int LeastRate = 20;

    private static readonly DateTimeOffset Start = new(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(40);

    /// <summary>Simulated time after the last kill, within which every mail must have come to an end.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromHours(6);

    private readonly int _seed;
    private readonly Troubles _troubles;
    private readonly bool _isLong;
    private readonly World _world;
    private readonly SimulatedStorage _storage;
    private readonly SimulatedRelay _relay;
    private readonly Fleet _fleet;
    private readonly Callers _callers;
    private readonly Observer _observer;
    private readonly Decisions _decisions = new();
    private readonly Calls _calls;
    private readonly Operator _operator;
    private readonly Leaving _leaving;
    private readonly IReadOnlyList<Submission> _submissions;
    private readonly List<MailPlan> _mails;
    private readonly DateTimeOffset _troubleEnds;
    private readonly RelayWatch _relayWatch;
    private readonly WakeUpWatch _wakeUps;
    private readonly List<string> _broken = [];

    /// <param name="story">Gets each step in words; null when nobody reads it.</param>
    public Scenario(Switches switches, Action<string>? story)
    {
        var seed = switches.Seed;
        _seed = seed;
        _world = new World(seed, Start);
        _world.Trace.Story = story;
        // The sources of the pipeline's chance are of the process: one scenario runs at a time.
        Chance.Octets = new SeededOctets(seed);
        Chance.Spread = new Random(seed ^ 0x5bd1e995);
        Storage.WriteToken.Source = new SeededOctets(~seed);
        _troubles = new Troubles(_world, switches.Without);
        _storage = new SimulatedStorage(_world, switches.Planted);
        _relay = new SimulatedRelay(_world, () => _troubles.RelayFaults);
        int? perMinute = _world.Chance.Next(5) == 0 ? LeastRate + (switches.Mails / 4) : null;
        _fleet = new Fleet(_world, _storage, _relay, () => _troubles.StorageFaults, switches.Without, perMinute);
        _calls = new Calls(_world, _fleet);
        _callers = new Callers(_world, _calls, _troubles.Has(Trouble.Persons) ? new SecondThoughts(_world, _calls, _decisions).FollowAsync : _ => Task.CompletedTask);
        _observer = new Observer(_world, _storage, _relay);
        var over = TimeSpan.FromMinutes(1 + (5 * _world.Chance.NextDouble()));
        _operator = new Operator(_world, _calls, _observer, _decisions);
        _leaving = new Leaving(_world, _calls, _decisions);
        _submissions = Submission.DrawAll(_world.Chance, switches.Mails, Start + Warm, over);
        _isLong = seed % LongEvery == 0;
        if (_isLong)
            _submissions = [.. _submissions, .. Submission.DrawLate(_world.Chance, switches.Mails, Late, Start + Warm, Start + Days.UntilDue)];
        _mails = [.. _submissions.SelectMany(submission => submission.Mails)];
        _troubleEnds = Start + Warm + over + TimeSpan.FromMinutes(4);
        _relayWatch = new RelayWatch(_world, _mails, _decisions, _broken);
        _relay.Began += _relayWatch.OnBegin;
        if (perMinute is { } rate)
            _relay.Began += new RateWatch(_world, rate, _broken).OnBegin;
        _relay.Took += _relayWatch.OnDelivery;
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
        await _leaving.SuppressAsync(MailPlan.Suppressed);
        _troubles.Begin();
        var trouble = _troubles.RunAsync(_fleet, _troubleEnds);
        var persons = _troubles.Has(Trouble.Persons) ? Task.WhenAll(_operator.WorkAsync(_troubleEnds), _leaving.SuppressLaterAsync()) : Task.CompletedTask;
        await _callers.PostAllAsync(_submissions);
        await trouble;
        await persons;
        await SettleAsync();
        var days = new Days(_world, _fleet, _observer, _storage, Start, _broken);
        if (_isLong)
            await days.SendLateAsync();
        _broken.AddRange(await new FinalCheck(_world, _observer, _relay, _callers.Promised, _decisions).FindBrokenAsync());
        if (_isLong)
            await days.PurgeAsync();
        else
            await EraseAsync();
    }

    private async Task EraseAsync()
    {
        _troubles.StorageFaults = _troubles.Has(Trouble.Storage) ? 200 : 0;
        _broken.AddRange(await new ErasureCheck(_world, _calls, _storage, _observer).FindLeftAsync());
        _troubles.StorageFaults = 0;
    }

    /// <summary>Lets time pass until no mail is open.</summary>
    private async Task SettleAsync()
    {
        var limit = _world.Now + Limit;
        while (_observer.HasOpen(limit) && _world.Now < limit)
            await _world.WaitAsync(TimeSpan.FromSeconds(20), null);
        _broken.AddRange(_observer.ReadRows(EmailStates.IsOpen).Where(row => !(row.DueAt > limit))
            .Select(row => $"{row.Id} of {row.Sender} is still {row.State.Name()} after {Limit.TotalHours} hours: {row.Reason}"));
    }
}

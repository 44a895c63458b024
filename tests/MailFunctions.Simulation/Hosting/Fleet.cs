using System.Globalization;
using MailFunctions.Api.Timers;
using MailFunctions.Delivery;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Timers;
using MailFunctions.Simulation.Outside;
using MailFunctions.Simulation.Scheduling;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using MailFunctions.TestPeers.Storage.Memory;

namespace MailFunctions.Simulation.Hosting;

/// <summary>The processes of the app on one storage account, with what a Functions host does for them: listeners, timers, restarts.</summary>
internal sealed class Fleet
{
    /// <summary>How far a machine's clock may be wrong.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    /// <summary>The schedules of the triggers: second of the minute, and every how many minutes.</summary>
    private static readonly (string Name, int Second, int Minutes)[] Timers =
        [(TimerNames.CompileStatistics, 0, 1), (TimerNames.Dispatch, 30, 1), (TimerNames.PurgeExpired, 45, 15)];

    private static readonly TimeSpan LongestRestart = TimeSpan.FromSeconds(20);

    /// <summary>One of so many messages is poisonous.</summary>
    private const int Poisonous = 150;

    private readonly World _world;
    private readonly SimulatedStorage _storage;
    private readonly SimulatedRelay _relay;
    private readonly Func<int> _storageFaults;
    private readonly Trouble _without;
    private readonly int? _perMinute;
    private readonly List<Instance> _living = [];
    private readonly Dictionary<string, List<QueueListener>> _listeners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Life> _timersAtWork = new(StringComparer.Ordinal);
    private readonly HashSet<string> _poisonous = new(StringComparer.Ordinal);
    private TaskCompletionSource? _sleep;
    private int _started;

    public Fleet(World world, SimulatedStorage storage, SimulatedRelay relay, Func<int> storageFaults, Trouble without, int? perMinute)
    {
        (_world, _storage, _relay, _storageFaults, _without, _perMinute) = (world, storage, relay, storageFaults, without, perMinute);
        storage.Performed += RouseListeners;
    }

    public int Kills { get; private set; }

    /// <summary>Nothing is killed any more. Timers come at every third of their times: a host may be late.</summary>
    public bool IsCalm { get; set; }

    /// <summary>One of the living; null while there is none.</summary>
    public Instance? Any() => _living.Count > 0 ? _living[_world.Chance.Next(_living.Count)] : null;

    public void Start(int count)
    {
        for (var i = 0; i < count; i++)
            StartOne();
        foreach (var timer in Timers)
            _ = RunTimerAsync(timer.Name, timer.Second, timer.Minutes);
    }

    /// <summary>Kills one, as if the machine were gone; another takes its place a little later.</summary>
    public void KillOne()
    {
        if (Any() is not { } victim)
            return;
        _living.Remove(victim);
        victim.Kill();
        Kills++;
        _world.Trace.Add(_world.Now, victim.Name, "is killed", "", 0);
        _world.After(LongestRestart * _world.Chance.NextDouble(), null, StartOne);
    }

    /// <summary>Ends all, so that nothing of theirs stays in memory.</summary>
    public void End()
    {
        foreach (var instance in _living)
            instance.Kill();
        _living.Clear();
    }

    /// <summary>Ends all processes, and lets the timers rest: nothing needs them for days.</summary>
    public void Sleep()
    {
        End();
        _sleep ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Wake()
    {
        StartOne();
        _sleep?.SetResult();
        _sleep = null;
    }

    private void StartOne()
    {
        var offset = _without.HasFlag(Trouble.Clocks) ? TimeSpan.Zero : Skew * ((2 * _world.Chance.NextDouble()) - 1);
        var instance = new Instance(_world, string.Create(CultureInfo.InvariantCulture, $"instance {++_started}"), offset, _storage, _relay, _storageFaults, _perMinute);
        _living.Add(instance);
        _world.Trace.Add(_world.Now, instance.Name, "starts", offset.ToString("c", CultureInfo.InvariantCulture), 0);
        var (deliverer, poison) = (instance.Get<Deliverer>(), instance.Get<PoisonRecorder>());
        foreach (var lane in Enum.GetValues<Lane>())
        {
            var name = lane == Lane.Bulk ? StorageNames.BulkQueue : StorageNames.TransactionalQueue;
            Listen(instance, name, name + StorageNames.PoisonSuffix, message => deliverer.DeliverAsync(lane, message, CancellationToken.None));
            Listen(instance, name + StorageNames.PoisonSuffix, null, message => poison.RecordAsync(lane, message, CancellationToken.None));
        }
    }

    private void Listen(Instance instance, string queue, string? poison, Func<Azure.Storage.Queues.Models.QueueMessage, Task> run)
    {
        var clients = instance.Get<StorageClients>();
        var listener = new QueueListener(_world, instance, clients.Queue(queue), poison is null ? null : clients.Queue(poison), () => _storage.Account.Shows(queue), message => poison is not null && IsPoisonous(message), run);
        if (!_listeners.TryGetValue(queue, out var all))
            _listeners[queue] = all = [];
        all.RemoveAll(other => other.IsOver);
        all.Add(listener);
        _ = Task.Run(listener.ListenAsync);
    }

    /// <summary>Some messages fail at every try, whatever they name. So they reach the poison queue.</summary>
    private bool IsPoisonous(Azure.Storage.Queues.Models.QueueMessage message)
    {
        if (message.DequeueCount == 1 && !IsCalm && !_without.HasFlag(Trouble.Poison) && _world.Chance.Next(Poisonous) == 0)
            _poisonous.Add(message.MessageId);
        return _poisonous.Contains(message.MessageId);
    }

    /// <summary>A timer runs in one process at a time, and not again while it runs.</summary>
    private async Task RunTimerAsync(string name, int second, int minutes)
    {
        while (true)
        {
            if (_sleep is { } sleep)
                await sleep.Task;
            var next = MinuteOf(_world.Now) + TimeSpan.FromSeconds(second);
            while (next <= _world.Now || next.Minute % minutes != 0)
                next += TimeSpan.FromMinutes(1);
            await _world.WaitAsync(next - _world.Now, null);
            if (IsCalm && _world.Chance.Next(3) != 0)
                continue;
            if (Any() is { } instance && _timersAtWork.GetValueOrDefault(name) is null or { IsOver: true })
                _ = RunTimerAsync(name, instance);
        }
    }

    private async Task RunTimerAsync(string name, Instance instance)
    {
        _timersAtWork[name] = instance.Life;
        try
        {
            await instance.Get<TimerCalls>().RunScheduledAsync(name, CancellationToken.None);
        }
        catch (Exception exception)
        {
            _world.Trace.Add(_world.Now, instance.Name, "fails at", $"{name}: {exception.GetType().Name}", 0);
        }

        _timersAtWork.Remove(name);
    }

    /// <summary>A listener looks when a message shows, now or later.</summary>
    private void RouseListeners(StorageCall request, StorageReply reply)
    {
        if (request.Service != StorageService.Queue || !reply.IsSuccess || request.Method == "DELETE")
            return;
        var queue = request.Path.Split('/')[0];
        var hidden = request.Query.TryGetValue("visibilitytimeout", out var seconds) ? TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)) : TimeSpan.Zero;
        _world.After(hidden, null, () =>
        {
            foreach (var listener in _listeners.GetValueOrDefault(queue, []))
                listener.Rouse();
        });
    }

    private static DateTimeOffset MinuteOf(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}

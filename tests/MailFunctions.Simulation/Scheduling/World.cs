namespace MailFunctions.Simulation.Scheduling;

/// <summary>
/// Simulated time, and everything that will happen in it. Whatever waits for the outside (storage, a relay, time) is an
/// event. When the process is at rest, the next event is run, and it alone; its time is then the time.
/// </summary>
/// <remarks>
/// All of it runs on the one worker of the thread pool. The process is at rest when that worker runs this class and
/// nothing else is queued, so <c>ConfigureAwait(false)</c> and work that is handed to the pool are seen as well.
/// </remarks>
internal sealed class World
{
    /// <summary>Without an event in so much real time something waits for what no event will bring.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(2);

    private readonly PriorityQueue<Happening, (long Ticks, long Order)> _due = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _order;
    private long _steps;
    private bool _isOver;
    private Exception? _failure;

    public World(int seed, DateTimeOffset start)
    {
        Chance = new Random(seed);
        Now = start;
    }

    /// <summary>What the seed decides.</summary>
    public Random Chance { get; }

    /// <summary>The true time, which is also the storage service's.</summary>
    public DateTimeOffset Now { get; private set; }

    public Trace Trace { get; } = new();

    public long Steps => Volatile.Read(ref _steps);

    /// <summary>Lets something happen later.</summary>
    /// <param name="life">Whose it is: nothing happens to the dead. Null for what goes on without a process.</param>
    public void After(TimeSpan delay, Life? life, Action what) =>
        _due.Enqueue(new Happening(what, life), ((Now + (delay > TimeSpan.Zero ? delay : TimeSpan.Zero)).UtcTicks, _order++));

    /// <summary>Waits in simulated time; never ends for the dead.</summary>
    public Task WaitAsync(TimeSpan delay, Life? life)
    {
        var over = new TaskCompletionSource();
        After(delay, life, over.SetResult);
        return over.Task;
    }

    /// <summary>A duration that the seed draws, mostly short and now and then long.</summary>
    public TimeSpan Draw(TimeSpan usual, TimeSpan longest)
    {
        var drawn = usual * (0.5 + Chance.NextDouble());
        return Chance.Next(50) == 0 ? drawn + ((longest - usual) * Chance.NextDouble()) : drawn;
    }

    /// <summary>Runs until <paramref name="scenario"/> has ended, or until nothing is left that could happen.</summary>
    /// <exception cref="SimulationFault">The simulation itself cannot go on.</exception>
    public void Run(Func<Task> scenario)
    {
        ThreadPool.GetMaxThreads(out var workers, out _);
        if (workers != 1)
            throw new SimulationFault($"The thread pool has {workers} workers instead of one.");
        After(TimeSpan.Zero, null, () => _ = EndAfterAsync(scenario));
        ThreadPool.UnsafeQueueUserWorkItem(_ => Go(), null);
        for (var before = -1L; !_ended.Task.Wait(Stuck); before = Steps)
        {
            if (Steps == before)
                throw new SimulationFault("Nothing has happened for minutes: something blocks the thread, or waits for real time.");
        }

        if (_failure is not null)
            throw new SimulationFault("The scenario failed.", _failure);
        if (!_isOver)
            throw new SimulationFault("Nothing is left that could happen, and the scenario has not ended.");
    }

    private async Task EndAfterAsync(Func<Task> scenario)
    {
        try
        {
            await scenario();
        }
        catch (Exception exception)
        {
            _failure = exception;
        }

        _isOver = true;
    }

    private void Go()
    {
        while (true)
        {
            if (ThreadPool.PendingWorkItemCount > 0)
            {
                // Behind what is queued.
                ThreadPool.UnsafeQueueUserWorkItem(_ => Go(), null);
                return;
            }

            if (_isOver || !TryStep())
            {
                _ended.SetResult();
                return;
            }
        }
    }

    private bool TryStep()
    {
        while (_due.TryDequeue(out var next, out var at))
        {
            if (next.Life is { IsOver: true })
                continue;
            Now = new DateTimeOffset(at.Ticks, TimeSpan.Zero);
            Volatile.Write(ref _steps, _steps + 1);
            try
            {
                next.What();
            }
            catch (Exception exception)
            {
                _failure ??= exception;
                _isOver = true;
            }

            return true;
        }

        return false;
    }

    private readonly record struct Happening(Action What, Life? Life);
}

/// <summary>The life of a simulated process. When it is over, nothing that it waits for ever comes.</summary>
internal sealed class Life
{
    public bool IsOver { get; private set; }

    public void End() => IsOver = true;
}

/// <summary>The simulation cannot go on. This is no broken promise.</summary>
internal sealed class SimulationFault(string message, Exception? inner = null) : Exception(message, inner);

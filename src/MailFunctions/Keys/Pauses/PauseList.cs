using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Keys.Pauses;

/// <summary>
/// This process's copy of the pauses. A pause holds everywhere within <see cref="HoldsWithin"/>, while storage answers a read
/// within a second. When it does not, what was known stays in force, whether a pause or none.
/// </summary>
/// <remarks>Thread safe. Callers that need a newer copy at the same time share one read.</remarks>
internal sealed class PauseList(PauseTable table, TimeProvider clock, ILogger<PauseList> logger)
{
    public static readonly TimeSpan HoldsWithin = TimeSpan.FromSeconds(5);

    /// <summary>A copy is used without another read up to this age, counted from the begin of its read.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(4);

    /// <summary>A failed read is not repeated sooner; the callers meanwhile share its failure.</summary>
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Held? _held;
    private int _changes;
    private Reading? _reading;

    /// <exception cref="Azure.RequestFailedException">Storage does not answer, and nothing is known yet: no mail may be sent.</exception>
    public ValueTask<PauseSet> CurrentAsync(CancellationToken cancellationToken)
    {
        var held = Volatile.Read(ref _held);
        return held is not null && IsFresh(held) ? new(held.Pauses) : new(RefreshAsync(held, cancellationToken));
    }

    /// <summary>Makes the next caller read anew: this process has changed the table.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _reading = null;
            // What is known stays, in case storage fails; it only counts as old, and so does a read that is under way.
            _changes++;
        }
    }

    private bool IsFresh(Held held) => held.Changes == Volatile.Read(ref _changes) && clock.GetElapsedTime(held.Asked) < Fresh;

    private async Task<PauseSet> RefreshAsync(Held? held, CancellationToken cancellationToken)
    {
        var reading = ReadTogether();
        if (held is null)
            return (await reading.Task.WaitAsync(cancellationToken)).Pauses;

        // A read that has taken its time already keeps no other caller waiting.
        var left = HoldsWithin - Fresh - clock.GetElapsedTime(reading.Began);
        try
        {
            return (await reading.Task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, cancellationToken)).Pauses;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && (exception is TimeoutException || StorageFault.Is(exception)))
        {
            return held.Pauses;
        }
    }

    private Reading ReadTogether()
    {
        lock (_lock)
        {
            if (_reading is null || (_reading.Task.IsCompleted && !(_reading.Task.IsFaulted && clock.GetElapsedTime(_reading.Began) < RestAfterFailure)))
                _reading = new Reading(ReadAsync(), clock.GetTimestamp());
            return _reading;
        }
    }

    /// <summary>Reads for all callers that wait: no cancellation of one of them ends it.</summary>
    private async Task<Held> ReadAsync()
    {
        var (asked, changes) = (clock.GetTimestamp(), Volatile.Read(ref _changes));
        try
        {
            var read = new Held(new PauseSet(await table.ListAsync(CancellationToken.None)), asked, changes);
            lock (_lock)
            {
                // A slow read that began before a change of this process must not undo a later one.
                if (_held is null || (_held.Changes <= changes && _held.Asked <= asked))
                    Volatile.Write(ref _held, read);
            }

            return read;
        }
        catch (Exception exception) when (StorageFault.Is(exception))
        {
            var held = Volatile.Read(ref _held);
            logger.PausesNotRead(exception.GetType().Name, held is null ? null : clock.GetElapsedTime(held.Asked));
            throw;
        }
    }

    /// <param name="Asked">The moment at which its read began.</param>
    /// <param name="Changes">The changes of this process that it may show.</param>
    private sealed record Held(PauseSet Pauses, long Asked, int Changes);

    private sealed record Reading(Task<Held> Task, long Began);
}

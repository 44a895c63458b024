using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace MailFunctions.TestPeers;

/// <summary>What happened, in order, and a way to await what has not happened yet.</summary>
/// <remarks>Safe for any number of threads. Enumerating reads a copy made at that moment.</remarks>
[SuppressMessage("Naming", "CA1710", Justification = "That it is a collection is the lesser half of it.")]
public sealed class Journal<T> : IReadOnlyCollection<T>
{
    /// <summary>What has not come by then does not come: a busy machine takes long, and not this long.</summary>
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly List<T> _entries = [];
    private readonly List<Waiter> _waiters = [];

    public int Count
    {
        get
        {
            lock (_gate)
                return _entries.Count;
        }
    }

    /// <summary>The first entry that fits, whether it is there already or still to come.</summary>
    /// <param name="fits">Runs under the journal's lock: it must be quick.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<T> WaitForAsync(Func<T, bool> fits, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (var entry in _entries)
            {
                if (fits(entry))
                    return Task.FromResult(entry);
            }

            return WaitAsync(fits, cancellationToken);
        }
    }

    /// <summary>All entries, as soon as there are <paramref name="count"/> of them or more.</summary>
    public async Task<IReadOnlyList<T>> WaitForCountAsync(int count, CancellationToken cancellationToken)
    {
        Task reached = Task.CompletedTask;
        lock (_gate)
        {
            if (_entries.Count < count)
                reached = WaitAsync(_ => _entries.Count >= count, cancellationToken);
        }

        await reached;
        return ToList();
    }

    public IReadOnlyList<T> ToList()
    {
        lock (_gate)
            return [.. _entries];
    }

    public IEnumerator<T> GetEnumerator() => ToList().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Append(T entry)
    {
        lock (_gate)
        {
            _entries.Add(entry);
            for (var i = _waiters.Count - 1; i >= 0; i--)
            {
                if (!_waiters[i].Fits(entry))
                    continue;
                _waiters[i].Found.TrySetResult(entry);
                _waiters.RemoveAt(i);
            }
        }
    }

    private async Task<T> WaitAsync(Func<T, bool> fits, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(fits, new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiters.Add(waiter);
        try
        {
            return await waiter.Found.Task.WaitAsync(Never, cancellationToken);
        }
        finally
        {
            lock (_gate)
                _waiters.Remove(waiter);
        }
    }

    private sealed record Waiter(Func<T, bool> Fits, TaskCompletionSource<T> Found);
}

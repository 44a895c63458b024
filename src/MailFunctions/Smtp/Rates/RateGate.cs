using System.Collections.Concurrent;
using MailFunctions.Mail;

namespace MailFunctions.Smtp.Rates;

/// <summary>
/// Reserves slots of one relay for all callers in this process: those that ask while a write is running share the next
/// one, so that instances contend for the rows, and not every worker of them.
/// </summary>
/// <remarks>Thread safe.</remarks>
internal sealed class RateGate(string relay, IReadOnlyList<RateLimit> limits, RateTable table, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Contended = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentQueue<Request> _asking = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private RateRows? _written;
    private long? _conflict;

    /// <param name="recipients">The recipients of each mail, in the order of sending.</param>
    public async Task<IReadOnlyList<RateSlot>> ReserveAsync(Lane lane, IReadOnlyList<int> recipients, CancellationToken cancellationToken)
    {
        var request = new Request(lane, recipients);
        _asking.Enqueue(request);
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (!request.Slots.Task.IsCompleted)
                await ReserveForAllAsync();
        }
        finally
        {
            _oneAtATime.Release();
        }

        return await request.Slots.Task;
    }

    public void Dispose() => _oneAtATime.Dispose();

    /// <summary>Another instance writes too: the rows that were written here last have probably changed.</summary>
    private bool IsContended => _conflict is { } at && clock.GetElapsedTime(at) < Contended;

    private async Task ReserveForAllAsync()
    {
        var requests = new List<Request>();
        while (_asking.TryDequeue(out var request))
            requests.Add(request);
        try
        {
            // No cancellation ends the write, since other callers share it.
            var slots = await WriteAsync(requests, CancellationToken.None);
            for (var i = 0; i < requests.Count; i++)
                requests[i].Slots.SetResult(slots[i]);
        }
        catch (Exception exception)
        {
            requests.ForEach(request => request.Slots.SetException(exception));
        }
    }

    private async Task<List<RateSlot[]>> WriteAsync(List<Request> requests, CancellationToken cancellationToken)
    {
        for (var pause = TimeSpan.FromMilliseconds(10); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var now = clock.GetUtcNow();
            var rows = (IsContended ? null : _written) ?? await table.ReadAsync(relay, limits, now.UtcTicks, cancellationToken);
            _written = null;
            // Transactional mail first.
            var slots = requests.Select((request, i) => (request, i)).OrderBy(entry => entry.request.Lane)
                .Select(entry => (entry.i, Slots: entry.request.Recipients.Select(count => RateRules.Next(limits, rows.States, entry.request.Lane, count, now)).ToArray()))
                .ToList();
            _written = await table.TryWriteAsync(relay, limits, rows, cancellationToken);
            if (_written is not null)
                return [.. slots.OrderBy(entry => entry.i).Select(entry => entry.Slots)];
            _conflict = clock.GetTimestamp();
            await Task.Delay(pause * (0.5 + Chance.Spread.NextDouble()), clock, cancellationToken);
        }
    }

    private sealed record Request(Lane Lane, IReadOnlyList<int> Recipients)
    {
        public TaskCompletionSource<IReadOnlyList<RateSlot>> Slots { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

using System.Collections.Concurrent;
using MailFunctions.Mail;

namespace MailFunctions.Smtp.Rates;

/// <summary>
/// Reserves slots of one relay for all who ask in this process: those who ask while a write is under way share the next
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

    /// <param name="recipients">Of each mail, in the order in which they will be sent.</param>
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

    /// <summary>Another instance writes, too: what was written here last will hardly stand.</summary>
    private bool IsContended => _conflict is { } at && clock.GetElapsedTime(at) < Contended;

    private async Task ReserveForAllAsync()
    {
        var requests = new List<Request>();
        while (_asking.TryDequeue(out var request))
            requests.Add(request);
        try
        {
            // For others, too: nobody's cancellation ends it.
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
            await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), clock, cancellationToken);
        }
    }

    private sealed record Request(Lane Lane, IReadOnlyList<int> Recipients)
    {
        public TaskCompletionSource<IReadOnlyList<RateSlot>> Slots { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

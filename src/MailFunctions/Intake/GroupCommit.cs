using MailFunctions.Storage;
using Microsoft.Extensions.Options;

namespace MailFunctions.Intake;

/// <summary>
/// Groups single mails that arrive at the same time: they share one ledger transaction and queue messages. A mail that
/// arrives alone is written without delay.
/// </summary>
/// <remarks>Thread safe. Each caller gets the result of its own mail, once its whole group is written.</remarks>
internal sealed class GroupCommit(AcceptanceWriter writer, IOptions<GroupCommitOptions> options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private Group? _gathering;
    private int _underWay;

    /// <summary>Writes a request; on return it has its rows or its failure.</summary>
    public Task WriteAsync(PendingAccept request)
    {
        Group group;
        lock (_gate)
        {
            if (_underWay == 0 && _gathering is null)
            {
                _underWay++;
                group = Group.Alone;
            }
            else
            {
                group = Join(request);
            }
        }

        return group == Group.Alone ? WriteAsync([request]) : group.Written;
    }

    /// <summary>Adds a request to the gathering group. Called under the gate.</summary>
    private Group Join(PendingAccept request)
    {
        if (_gathering is null)
        {
            _gathering = new Group();
            // The group is independent of the call that opened it, of its trace and of its cancellation.
            using (ExecutionContext.SuppressFlow())
                _gathering.Written = GatherAsync(_gathering);
        }

        var group = _gathering;
        group.Requests.Add(request);
        if (group.Requests.Count == options.Value.MaxMails)
            Depart(group);
        return group;
    }

    private async Task GatherAsync(Group group)
    {
        await Task.Yield();
        await Task.WhenAny(group.Departed.Task, Task.Delay(options.Value.LongestWait, clock));
        lock (_gate)
        {
            Depart(group);
            _underWay++;
        }

        await WriteAsync(group.Requests);
    }

    /// <summary>Closes a group to further requests. Called under the gate.</summary>
    private void Depart(Group group)
    {
        if (_gathering == group)
            _gathering = null;
        group.Departed.TrySetResult();
    }

    private async Task WriteAsync(IReadOnlyList<PendingAccept> requests)
    {
        try
        {
            await WriteIsolatedAsync(requests);
        }
        finally
        {
            lock (_gate)
            {
                if (--_underWay == 0 && _gathering is { } waiting)
                    Depart(waiting);
            }
        }
    }

    /// <summary>
    /// Writes requests; if that fails without an outage, writes each again by itself, so that a faulty request does not
    /// fail the others.
    /// </summary>
    private async Task WriteIsolatedAsync(IReadOnlyList<PendingAccept> requests)
    {
        try
        {
            await writer.WriteAsync(requests, CancellationToken.None);
        }
        catch (Exception exception) when (requests.Count > 1 && !StorageFault.Is(exception))
        {
            foreach (var request in requests.Where(request => request.IsOpen))
                await WriteAgainAsync(request);
        }
        catch (Exception exception)
        {
            foreach (var request in requests.Where(request => request.IsOpen))
                request.Fail(exception);
        }
    }

    private async Task WriteAgainAsync(PendingAccept request)
    {
        try
        {
            await writer.ReclaimAsync(request, CancellationToken.None);
        }
        catch (Exception exception)
        {
            request.Fail(exception);
        }

        if (request.IsOpen)
            await WriteIsolatedAsync([request]);
    }

    private sealed class Group
    {
        /// <summary>Marks a mail that is written without a group.</summary>
        public static readonly Group Alone = new();

        public List<PendingAccept> Requests { get; } = [];

        public TaskCompletionSource Departed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written { get; set; } = Task.CompletedTask;
    }
}

/// <summary>
/// Options that no setting exposes: a benchmark uses them to measure the gain of sharing, tests to control which mails
/// share a group.
/// </summary>
internal sealed class GroupCommitOptions
{
    /// <summary>The most mails that are written together; 1 writes each by itself.</summary>
    public int MaxMails { get; set; } = TableTransactions.MaxOperations;

    /// <summary>The longest time that a mail waits for others while some are being written. Default 5 ms.</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMilliseconds(5);
}

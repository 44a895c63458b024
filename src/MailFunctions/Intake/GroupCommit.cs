using MailFunctions.Storage;
using Microsoft.Extensions.Options;

namespace MailFunctions.Intake;

/// <summary>
/// Writes mails that come alone together with others that come at the same time: one ledger transaction, and queue
/// messages that they share. A mail that meets no other waits for nobody.
/// </summary>
/// <remarks>Thread safe. Each caller is told of its own mail, when all that is written with it is done.</remarks>
internal sealed class GroupCommit(AcceptanceWriter writer, IOptions<GroupCommitOptions> options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private Group? _gathering;
    private int _underWay;

    /// <summary>When it returns, the request has its rows or its failure.</summary>
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

    /// <summary>Under the gate.</summary>
    private Group Join(PendingAccept request)
    {
        if (_gathering is null)
        {
            _gathering = new Group();
            // A group belongs to nobody's call: not to its trace, and not to its end.
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

    /// <summary>Under the gate: from here nobody joins it.</summary>
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

    /// <summary>What no outage explains may be the fault of one of them: it must not be that of the others.</summary>
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
        /// <summary>Of a mail that meets no other.</summary>
        public static readonly Group Alone = new();

        public List<PendingAccept> Requests { get; } = [];

        public TaskCompletionSource Departed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written { get; set; } = Task.CompletedTask;
    }
}

/// <summary>No setting names it: a benchmark sets it to measure what sharing is worth, and tests to decide who meets whom.</summary>
internal sealed class GroupCommitOptions
{
    /// <summary>Written together at the most; 1: each by itself.</summary>
    public int MaxMails { get; set; } = TableTransactions.MaxOperations;

    /// <summary>How long a mail waits for others while some are being written. Default 5 ms.</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMilliseconds(5);
}

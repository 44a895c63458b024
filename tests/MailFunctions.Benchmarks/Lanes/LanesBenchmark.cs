using System.Collections.ObjectModel;

namespace MailFunctions.Benchmarks.Lanes;

/// <summary>
/// Measures in one run: idle, then while bulk mail is being sent, then idle again. The promise is that the median under
/// load is at most half as long again as the idle one.
/// </summary>
internal sealed class LanesBenchmark(int bulk, int mails, TimeSpan pause, TimeSpan relayDelay)
{
    private const int WarmUp = 10;

    public async Task<LanesResult> RunAsync(CancellationToken cancellationToken)
    {
        await using var workbench = await Workbench.OpenAsync(cancellationToken);
        await using var sink = new Sink { BulkDelay = relayDelay };
        await using var app = await workbench.LaunchAsync(sink.Port, ReadOnlyDictionary<string, string>.Empty, cancellationToken);
        using var client = new HttpClient { BaseAddress = app.Url };
        var sender = new Sender(client, sink, pause);
        var backlog = new BulkBacklog(workbench, sink);

        await sender.SendAsync(WarmUp, cancellationToken);
        var before = await sender.SendAsync(mails, cancellationToken);

        await backlog.FillAsync(bulk, cancellationToken);
        await sender.SendAsync(WarmUp, cancellationToken);
        var began = TimeProvider.System.GetTimestamp();
        var waiting = backlog.Waiting;
        var loaded = await sender.SendAsync(mails, cancellationToken);
        var left = backlog.Waiting;
        var rate = (waiting - left) / TimeProvider.System.GetElapsedTime(began).TotalSeconds;

        await backlog.DropAsync(cancellationToken);
        await sender.SendAsync(WarmUp, cancellationToken);
        var after = await sender.SendAsync(mails, cancellationToken);

        return new LanesResult(before, loaded, after, waiting, left, rate);
    }
}

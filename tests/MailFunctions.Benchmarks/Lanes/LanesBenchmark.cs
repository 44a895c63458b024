using System.Globalization;

namespace MailFunctions.Benchmarks.Lanes;

/// <summary>
/// Measures in one run: idle, then while bulk mail is being sent, then idle again. The promise is that the median under
/// load is at most half as long again as the idle one.
/// </summary>
internal sealed class LanesBenchmark(int bulk, int mails, TimeSpan pause, TimeSpan relayDelay)
{
    private const double Promise = 1.5;
    private const int WarmUp = 10;

    private static readonly Dictionary<string, string> Settings = new() { ["Logging:LogLevel:Default"] = "Warning" };

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var workbench = await Workbench.OpenAsync(cancellationToken);
        await using var sink = new Sink { BulkDelay = relayDelay };
        await using var app = await workbench.LaunchAsync(sink.Port, Settings, cancellationToken);
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

        var idle = Round.OfAll(before, after);
        var ratio = loaded.Sent.Median / idle.Sent.Median;
        var verdict = left == 0 ? "not known, since no bulk mail was left at the end: take more" : ratio <= Promise ? "yes" : "no";
        Console.WriteLine(Invariant($"""
            {Machine.Describe()}

            | {mails} transactional mails | to 202, p50 | to 202, p95 | to the relay, p50 | to the relay, p95 |
            |---|---|---|---|---|
            | idle | {Milliseconds(before)} |
            | bulk being sent | {Milliseconds(loaded)} |
            | idle again | {Milliseconds(after)} |
            | under load / idle | {loaded.Accepted.Median / idle.Accepted.Median:0.00} | {loaded.Accepted.Percentile(95) / idle.Accepted.Percentile(95):0.00} | **{ratio:0.00}** | {loaded.Sent.Percentile(95) / idle.Sent.Percentile(95):0.00} |

            Bulk mails waiting: {waiting} at the begin, {left} at the end; {rate:0} a second were sent meanwhile, over a relay that takes {relayDelay.TotalMilliseconds:0} ms for each.
            At most {Promise} times the idle median: {verdict}.
            """));
    }

    private static string Milliseconds(Round round) => Invariant(
        $"{Ms(round.Accepted, 50)} | {Ms(round.Accepted, 95)} | {Ms(round.Sent, 50)} | {Ms(round.Sent, 95)}");

    private static string Ms(Figures figures, int percent) => Invariant($"{figures.Percentile(percent).TotalMilliseconds:0} ms");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

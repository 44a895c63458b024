using System.Collections.ObjectModel;
using MailFunctions.Benchmarks.Comparison;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Benchmarks.Inline;

/// <summary>A call that waits for the outcome, beside the round trips to storage and relay that it cannot do without.</summary>
internal sealed class InlineSection : ISection
{
    private const int WarmUp = 100;

    private const double Goal = 3;

    public string Name => "inline";

    public async Task MeasureAsync(Plan plan, ReportFolder folder, CancellationToken cancellationToken)
    {
        var load = Machine.Load();
        await using var workbench = await Workbench.OpenAsync(cancellationToken);
        await using var sink = new SmtpSink();
        await using var app = await workbench.LaunchAsync(sink.Port, ReadOnlyDictionary<string, string>.Empty, cancellationToken);
        using var caller = new WaitingCaller(app.Url);
        await using var trips = await BareTrips.OpenAsync(workbench, sink.Port, cancellationToken);

        await AlternateAsync(plan.IsTrial ? 1 : WarmUp);
        var (posts, bare) = await AlternateAsync(plan.Inline);
        folder.Save(Name, Measured<InlineResult>.Now(plan, load, new InlineResult(new Figures(posts), new Figures(bare))));

        async Task<(List<TimeSpan> Posts, List<TimeSpan> Bare)> AlternateAsync(int times)
        {
            var measured = (Posts: new List<TimeSpan>(times), Bare: new List<TimeSpan>(times));
            for (var i = 0; i < times; i++)
            {
                measured.Posts.Add(await caller.PostAsync(cancellationToken));
                measured.Bare.Add(await trips.MakeAsync(cancellationToken));
            }

            return measured;
        }
    }

    public string Tell(ReportFolder folder)
    {
        if (folder.Load<Measured<InlineResult>>(Name) is not { } measured)
            return "";

        var (posts, bare) = (measured.Data.Posts, measured.Data.Bare);
        var table = new Table(FormattableString.Invariant($"{posts.Values.Count} of each, in turn"), "p50", "p95", "p99");
        Row("POST with `Prefer: wait` until its answer says sent", posts);
        Row("the round trips alone, one after the other", bare);
        var ratio = posts.Median / bare.Median;
        return $"""
            ### Waiting for the outcome

            {measured.Circumstances} An idle app, one call at a time. The round trips are {BareTrips.Description}

            {table}
            Goal: p50 at most {Goal} times that of the round trips. Measured: {Figure.Ratio(ratio)}, {Figure.Verdict(ratio <= Goal)}.
            """;

        void Row(string name, Figures figures) => table.Row(name, Milliseconds(figures, 50), Milliseconds(figures, 95), Milliseconds(figures, 99));
    }

    private static string Milliseconds(Figures figures, int percent) => FormattableString.Invariant($"{figures.Percentile(percent).TotalMilliseconds:0.0} ms");
}

internal sealed record InlineResult(Figures Posts, Figures Bare);

using MailFunctions.Benchmarks.Comparison;

namespace MailFunctions.Benchmarks.Lanes;

/// <summary>The benchmark <c>lanes</c> as a part of the comparison.</summary>
internal sealed class LatencySection : ISection
{
    private static readonly TimeSpan RelayDelay = TimeSpan.FromMilliseconds(50);

    public string Name => "latency";

    public async Task MeasureAsync(Plan plan, ReportFolder folder, CancellationToken cancellationToken)
    {
        var load = Machine.Load();
        var result = await new LanesBenchmark(plan.Latency.Bulk, plan.Latency.Mails, TimeSpan.Zero, RelayDelay).RunAsync(cancellationToken);
        folder.Save(Name, Measured<LanesResult>.Now(plan, load, result));
    }

    public string Tell(ReportFolder folder) => folder.Load<Measured<LanesResult>>(Name) is not { } measured ? "" : $"""
        ### Latency

        {measured.Circumstances} The command `lanes`, with its defaults and more mails: the relay takes {RelayDelay.TotalMilliseconds} ms for each bulk mail.

        {measured.Data.Tell()}
        """;
}

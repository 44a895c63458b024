using MailFunctions.Benchmarks.Comparison;

namespace MailFunctions.Benchmarks.Whole;

/// <summary>The same with more and more mail, each size on an app and a storage of its own.</summary>
internal sealed class GrowthSection : ISection
{
    /// <summary>So that code is compiled before it is measured.</summary>
    private const int WarmUp = 1_000;

    public string Name => "growth";

    public async Task MeasureAsync(Plan plan, ReportFolder folder, CancellationToken cancellationToken)
    {
        var load = Machine.Load();
        var runs = new List<WholeRun>();
        foreach (var mails in plan.GrowthMails)
        {
            await using var stack = await FunctionsStack.StartAsync(cancellationToken);
            var poster = new Poster(stack);
            if (!plan.IsTrial)
                await poster.RunAsync(WarmUp, isBatched: true, cancellationToken);
            runs.Add(await poster.RunAsync(mails, isBatched: true, cancellationToken));
            Console.Error.WriteLine(FormattableString.Invariant($"growth: {mails} mails, {mails / runs[^1].Seconds:0} mails/s"));
        }

        folder.Save(Name, Measured<IReadOnlyList<WholeRun>>.Now(plan, load, runs));
    }

    public string Tell(ReportFolder folder)
    {
        if (folder.Load<Measured<IReadOnlyList<WholeRun>>>(Name) is not { } measured)
            return "";

        var table = new Table("mails, in batches of 1,000", "mails/s to the relay", "mails/s accepted", "µs CPU a mail, app", "µs CPU a mail, Azurite", "app's memory at the end, MiB");
        foreach (var run in measured.Data)
            table.Row(Figure.Whole(run.Mails), Figure.Whole(run.Mails / run.Seconds), Figure.Whole(run.Mails / run.AcceptedSeconds), Figure.Whole(run.AppCpuSeconds / run.Mails * 1e6), Figure.Whole(run.StorageCpuSeconds / run.Mails * 1e6), Figure.Whole(run.Memory / 1048576.0));
        var ratio = measured.Data[^1].AppCpuSeconds / measured.Data[^1].Mails / (measured.Data[0].AppCpuSeconds / measured.Data[0].Mails);
        return $"""
            ### Growth

            {measured.Circumstances} One run each, after {Figure.Whole(WarmUp)} mails of warming up.

            {table}
            Goal: CPU a mail with the most mails at most 1.2 times that with the fewest. Measured: {Figure.Ratio(ratio)}, {Figure.Verdict(ratio <= 1.2)}.
            """;
    }
}

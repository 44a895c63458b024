using MailFunctions.Benchmarks.Comparison;

namespace MailFunctions.Benchmarks.Whole;

/// <summary>HTTP to relay with storage in between, beside what a Node.js developer would build.</summary>
internal sealed class WholeSection : ISection
{
    private const string Batches = "batches of 1,000";
    private const string Singles = "single posts, 64 at a time";

    public string Name => "whole";

    public async Task MeasureAsync(Plan plan, ReportFolder folder, CancellationToken cancellationToken)
    {
        var load = Machine.Load();
        var cells = new List<WholeCell>();
        foreach (var (way, mails) in new[] { (Batches, plan.WholeMails.Batched), (Singles, plan.WholeMails.Single) })
        {
            // Each way on storages of its own: an emulator grows slower with what lies in it.
            await using var ours = await FunctionsStack.StartAsync(cancellationToken);
            await using var alone = way == Singles ? await FunctionsStack.StartAloneAsync(cancellationToken) : null;
            await using var theirs = RedisServer.IsInstalled ? await NodeStack.StartAsync(cancellationToken) : null;
            if (theirs is null)
                Console.Error.WriteLine("redis-server (Debian's package redis-server) is not installed: the rows of BullMQ are left out.");

            List<(IStack Stack, Poster Poster)> stacks = [.. new IStack?[] { ours, theirs, alone }.OfType<IStack>().Select(stack => (stack, new Poster(stack)))];
            var runs = stacks.ToDictionary(stack => stack.Stack, _ => new List<WholeRun>());
            // The first round warms up.
            for (var round = plan.IsTrial ? 1 : 0; round <= plan.Rounds; round++)
            {
                foreach (var (stack, poster) in stacks)
                {
                    var run = await poster.RunAsync(mails, way == Batches, cancellationToken);
                    if (round > 0)
                        runs[stack].Add(run);
                    Console.Error.WriteLine(FormattableString.Invariant($"whole: {way}, round {round}, {stack.Name}: {mails / run.Seconds:0} mails/s"));
                }
            }

            cells.AddRange(stacks.Select(stack => new WholeCell(stack.Stack.Name, way, runs[stack.Stack])));
        }

        folder.Save(Name, Measured<IReadOnlyList<WholeCell>>.Now(plan, load, cells));
    }

    public string Tell(ReportFolder folder)
    {
        if (folder.Load<Measured<IReadOnlyList<WholeCell>>>(Name) is not { } measured)
            return "";

        const string title = "From POST to relay, mails a second";
        folder.SaveText("whole.svg", new BarChart(title, [.. measured.Data.GroupBy(cell => cell.Way).Select(cells => (
            cells.Key, (IReadOnlyList<(string, double)>)[.. cells.Select(cell => (cell.Stack, cell.MailsPerSecond))]))]).ToSvg());
        var table = new Table("", "", "mails/s to the relay", "mails/s accepted", "µs CPU a mail, app", "µs CPU a mail, storage");
        foreach (var cell in measured.Data)
            table.Row(cell.Way, cell.Stack, Figure.Whole(cell.MailsPerSecond), Figure.Whole(cell.AcceptedPerSecond), Figure.Whole(cell.Cpu(run => run.AppCpuSeconds)), Figure.Whole(cell.Cpu(run => run.StorageCpuSeconds)));
        return $"""
            ### Whole way

            {measured.Circumstances} Medians of {measured.Data[0].Runs.Count} alternating rounds of {Figure.Whole(measured.Data[0].Runs[0].Mails)} and {Figure.Whole(measured.Data[^1].Runs[0].Mails)} mails; {FunctionsStack.Connections} connections to the relay.

            ![{title}](performance/whole.svg)

            {table}
            {Goals(measured.Data)}
            """;
    }

    private static string Goals(IReadOnlyList<WholeCell> cells)
    {
        var table = new Table("goal", "measured", "");
        foreach (var (way, other, least) in new[] { (Batches, NodeStack.Title, 3.0), (Singles, NodeStack.Title, 2.0), (Singles, FunctionsStack.Alone, 2.5) })
        {
            var ours = cells.First(cell => cell.Way == way);
            if (cells.FirstOrDefault(cell => cell.Way == way && cell.Stack == other) is not { } theirs)
                continue;
            var ratio = ours.MailsPerSecond / theirs.MailsPerSecond;
            table.Row(FormattableString.Invariant($"{way}: mails/s at least {least} times those of {other}"), Figure.Ratio(ratio), Figure.Verdict(ratio >= least));
        }

        return table.ToString().TrimEnd();
    }
}

/// <summary>One stack and one way to post.</summary>
internal sealed record WholeCell(string Stack, string Way, IReadOnlyList<WholeRun> Runs)
{
    public double MailsPerSecond => Statistic.Median(Runs.Select(run => run.Mails / run.Seconds));

    public double AcceptedPerSecond => Statistic.Median(Runs.Select(run => run.Mails / run.AcceptedSeconds));

    /// <summary>Microseconds a mail.</summary>
    public double Cpu(Func<WholeRun, double> seconds) => Statistic.Median(Runs.Select(run => seconds(run) / run.Mails * 1e6));
}

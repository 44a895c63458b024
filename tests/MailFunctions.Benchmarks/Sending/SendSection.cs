using MailFunctions.Benchmarks.Comparison;

namespace MailFunctions.Benchmarks.Sending;

internal sealed class SendSection : ISection
{
    public string Name => "send";

    public async Task MeasureAsync(Plan plan, ReportFolder folder, CancellationToken cancellationToken)
    {
        var load = Machine.Load();
        folder.Save(Name, Measured<IReadOnlyList<SendCell>>.Now(plan, load, await new SendBenchmark(plan).RunAsync(cancellationToken)));
    }

    public string Tell(ReportFolder folder)
    {
        if (folder.Load<Measured<IReadOnlyList<SendCell>>>(Name) is not { } measured)
            return "";

        var text = new List<string> { "### Send stage", $"{measured.Circumstances} Medians of {measured.Data[0].Rounds.Count} alternating rounds." };
        foreach (var near in measured.Data.GroupBy(cell => cell.RoundTripMs))
        {
            var name = FormattableString.Invariant($"send-{near.Key:0}ms.svg");
            var title = FormattableString.Invariant($"Mails a second at a round trip of {near.Key:0} ms");
            folder.SaveText(name, new BarChart(title, [.. near.GroupBy(cell => cell.Connections).Select(Group)]).ToSvg());
            text.Add($"![{title}](performance/{name})");
            text.Add(TableOf([.. near]));
        }

        text.Add(SendGoals.Tell(measured.Data));
        return string.Join("\n\n", text);

        static (string, IReadOnlyList<(string, double)>) Group(IGrouping<int, SendCell> cells) =>
            ($"{cells.Key} {(cells.Key == 1 ? "connection" : "connections")}", [.. cells.Select(cell => (cell.Contender, cell.MailsPerSecond))]);
    }

    private static string TableOf(IReadOnlyList<SendCell> cells)
    {
        var connections = cells.Select(cell => cell.Connections).Distinct().ToList();
        var heads = connections.SelectMany(number => new[] { $"{number} conn., mails/s", "µs CPU a mail" });
        var table = new Table([FormattableString.Invariant($"round trip {cells[0].RoundTripMs:0} ms (measured: {cells[0].MeasuredRoundTripMs:0.0#} ms)"), .. heads]);
        foreach (var contender in cells.GroupBy(cell => cell.Contender))
            table.Row([contender.Key, .. contender.SelectMany(cell => new[] { Figure.Whole(cell.MailsPerSecond), Figure.Whole(cell.CpuPerMail) })]);
        return table.ToString().TrimEnd();
    }
}

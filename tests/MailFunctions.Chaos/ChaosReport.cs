using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MailFunctions.Chaos;

/// <summary>What a run did and found, as Markdown.</summary>
internal sealed record ChaosReport(ChaosPlan Plan, IReadOnlyList<RoundResult> Rounds, DateTimeOffset At)
{
    private const int MostBroken = 20;

    public IReadOnlyList<string> Broken => [.. Rounds.SelectMany(round => round.Broken.Select(broken => $"Seed {round.Plan.Seed}: {broken}"))];

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        var took = TimeSpan.FromTicks(Rounds.Sum(round => round.Duration.Ticks));
        text.Append(CultureInfo.InvariantCulture, $"{At:yyyy-MM-dd}, seed {Plan.Seed}, {Count(Rounds.Count, "round")}, on {Count(Environment.ProcessorCount, "core")} ({RuntimeInformation.OSArchitecture}, {RuntimeInformation.OSDescription.Split(' ')[0]}, {RuntimeInformation.FrameworkDescription}); {took:h\\:mm\\:ss} from the first post until the last mail was settled, {Sum(round => round.Accepted) / Math.Max(1, took.TotalSeconds):0} mails/s with everything that was done to them. Of that, {TimeSpan.FromTicks(Rounds.Sum(round => (round.Duration - round.Posting).Ticks)).TotalSeconds:0} s were waited for the last mails of {(Rounds.Count == 1 ? "it" : "the rounds")}.\n\n");
        if (Rounds.Count < Plan.Rounds().Count())
            text.Append(CultureInfo.InvariantCulture, $"It was stopped after {Rounds.Count} of {Plan.Rounds().Count()} rounds; this is of those.\n\n");
        text.Append(Broken.Count == 0 ? "**Every promise was kept.**\n\n" : $"**{Broken.Count} promises were broken**, see below.\n\n");
        AppendFigures(text);
        AppendStates(text);
        AppendRounds(text);
        if (Broken.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"\nBroken:\n\n```\n{string.Join("\n\n", Broken.Take(MostBroken))}\n```\n");
        return text.ToString();
    }

    private void AppendFigures(StringBuilder text)
    {
        var byKill = Rounds.SelectMany(round => round.Uncertainty.ByKill).ToList();
        var outages = Rounds.SelectMany(round => round.Outages).ToList();
        AppendTable(
            text,
            ["what", "count"],
            [
                ["mails promised (202)", Number(Sum(round => round.Promised))],
                ["of these lost", Number(Sum(round => round.Lost.Count))],
                ["posts", $"{(Plan.Batch == 1 ? "" : $"batches of up to {Plan.Batch}: ")}{Number(Sum(round => round.Posted))}; {Number(Sum(round => round.Unanswered))} without an answer, {Number(Sum(round => round.Refused))} answered with an error"],
                ["mails accepted without the caller's knowledge", Number(Sum(round => round.Accepted - round.Promised))],
                ["SIGKILLs of the app", Number(Rounds.Sum(round => round.OpenAtKill.Count))],
                ["mails on their way at a kill", byKill.Count == 0 ? "none" : $"{Rounds.SelectMany(round => round.OpenAtKill).Min()} to {Rounds.SelectMany(round => round.OpenAtKill).Max()}"],
                ["stops of storage", outages.Count == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{outages.Count}, down for {outages.Min().TotalSeconds:0.0} to {outages.Max().TotalSeconds:0.0} s")],
                ["faults of the relay", string.Join(", ", Enum.GetValues<FaultKind>().Select(kind => $"{Number(Sum(round => round.RelayFaults[kind]))} {kind.ToString().ToLowerInvariant()}"))],
                ["attempts", Number(Sum(round => round.Attempts))],
                ["mails that the relay took", Number(Sum(round => round.Received))],
                ["connections at a time", $"{Rounds.Max(round => round.MostConnections)} at the most; the cap is {Plan.MaxConnections}"],
                .. Rates(),
                ["attempts left uncertain by a kill", $"{byKill.Sum()}; {(byKill.Count == 0 ? 0 : byKill.Max())} by one kill at the most, {Plan.UncertainAKill} on average are allowed"],
                ["attempts left uncertain by the relay, which did not answer", Number(Sum(round => round.Uncertainty.ByRelay))],
                ["attempts left uncertain by neither", Number(Sum(round => round.Uncertainty.Others))],
                ["duplicates that recipients received", Number(Sum(round => round.Survivors.Duplicates))],
                ["of these outside uncertain attempts", Number(Sum(round => round.Survivors.DuplicatesOutside))],
            ]);
    }

    private void AppendStates(StringBuilder text)
    {
        var states = Rounds.SelectMany(round => round.Survivors.States).GroupBy(pair => pair.Key, pair => pair.Value)
            .OrderBy(group => group.Key, StringComparer.Ordinal);
        text.Append('\n');
        AppendTable(text, ["lane and state in the end", "mails"], [.. states.Select(group => (string[])[group.Key, Number(group.Sum())])]);
    }

    private void AppendRounds(StringBuilder text)
    {
        if (Rounds.Count == 1)
            return;
        text.Append('\n');
        AppendTable(
            text,
            ["seed", "mails", "kills", "stops", "s", "uncertain by kills", "most by one", "by the relay", "by neither", "lost", "duplicates", "outside"],
            [
                .. Rounds.Select(round => new[]
                {
                    round.Plan.Seed, round.Accepted, round.OpenAtKill.Count, round.Outages.Count, (int)round.Duration.TotalSeconds,
                    round.Uncertainty.ByKill.Sum(), round.Uncertainty.ByKill.DefaultIfEmpty().Max(), round.Uncertainty.ByRelay, round.Uncertainty.Others,
                    round.Lost.Count, round.Survivors.Duplicates, round.Survivors.DuplicatesOutside,
                }.Select(Number).ToArray()),
            ]);
    }

    private IEnumerable<string[]> Rates()
    {
        if (Plan.PerSecond > 0)
            yield return ["mails begun in a second, in ten seconds", $"{Rounds.Max(round => round.MostInASecond)} and {Rounds.Max(round => round.MostInTenSeconds)} at the most; the limit is {Plan.PerSecond} a second"];
        if (Plan.PerMinute > 0)
            yield return ["mails begun in a minute", $"{Rounds.Max(round => round.MostInAMinute)} at the most; the limit is {Plan.PerMinute}"];
    }

    private static void AppendTable(StringBuilder text, string[] head, IReadOnlyList<string[]> rows)
    {
        text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", head)} |\n|{string.Concat(head.Select(_ => "---|"))}\n");
        foreach (var row in rows)
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |\n");
    }

    private int Sum(Func<RoundResult, int> count) => Rounds.Sum(count);

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : FormattableString.Invariant($"{count} {what}s");
}

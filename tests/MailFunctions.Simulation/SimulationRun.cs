using System.Diagnostics;

namespace MailFunctions.Simulation;

/// <summary>Runs scenarios, one after the other, until the time is over or a promise is broken.</summary>
internal static class SimulationRun
{
    /// <returns>Whether every promise was kept.</returns>
    public static bool Run(Switches switches, TextWriter output)
    {
        var watch = Stopwatch.StartNew();
        var processor = Environment.CpuUsage.TotalTime;
        var (scenarios, mails, kills, steps) = (0, 0L, 0L, 0L);
        IReadOnlyList<string> broken = [];
        var seed = switches.Seed;
        var hash = 0UL;
        do
        {
            var result = (switches with { Seed = seed }).Play(StoryOf(switches, output));
            broken = [.. result.Broken, .. Replay(result, switches)];
            scenarios++;
            hash = result.Hash;
            (mails, kills, steps) = (mails + result.Mails, kills + result.Kills, steps + result.Steps);
            if (broken.Count == 0)
                seed = unchecked(seed + 1) & int.MaxValue;
            else
                Tell(result, broken, switches, output);
        }
        while (broken.Count == 0 && watch.Elapsed < switches.Time);

        // A busy machine gives a part of its time only.
        processor = Environment.CpuUsage.TotalTime - processor;
        output.WriteLine(FormattableString.Invariant(
            $"simulation: {scenarios} scenarios from seed {switches.Seed}, {mails} mails, {kills} kills, {steps} steps in {watch.Elapsed.TotalSeconds:0} s, {processor.TotalSeconds:0} s of them at work: {mails / processor.TotalSeconds:0} mails/s of work{(scenarios == 1 ? $", hash {hash:x16}" : "")}"));
        return broken.Count == 0;
    }

    /// <summary>Runs a scenario again, which must come to the same steps.</summary>
    private static IEnumerable<string> Replay(ScenarioResult first, Switches switches)
    {
        for (var i = 1; i <= switches.Replays; i++)
        {
            var again = (switches with { Seed = first.Seed }).Play(story: null);
            if (again.Hash != first.Hash)
                yield return FormattableString.Invariant($"Replay {i} came to {again.Steps} steps with hash {again.Hash:x16} instead of {first.Steps} with {first.Hash:x16}.");
        }
    }

    private static Action<string>? StoryOf(Switches switches, TextWriter output) => !switches.Steps ? null : line =>
    {
        if (switches.Mail is null || line.Contains(switches.Mail, StringComparison.Ordinal))
            output.WriteLine(line);
    };

    private static void Tell(ScenarioResult result, IReadOnlyList<string> broken, Switches switches, TextWriter output)
    {
        foreach (var fault in broken)
            output.WriteLine($"BROKEN: {fault}");
        output.WriteLine($"  again: dotnet run --project tests/MailFunctions.Simulation -- {(switches with { Seed = result.Seed }).ToArguments()}");
    }
}

namespace MailFunctions.Chaos;

/// <summary>A moment at which the run does something to the app or to its storage.</summary>
/// <param name="At">When the relay has met so many mails.</param>
/// <param name="Pause">And so long after that.</param>
/// <param name="Process">The app process that is killed; null for none.</param>
/// <param name="Outage">How long storage is down, besides the time that it takes to end and to start; null when it goes on.</param>
internal sealed record Disruption(int At, TimeSpan Pause, int? Process, TimeSpan? Outage)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestOutage = TimeSpan.FromSeconds(2);

    /// <summary>All of a run, in their order, spread over it by chance.</summary>
    public static IReadOnlyList<Disruption> Of(ChaosPlan plan)
    {
        var choice = plan.Choice;
        var both = Math.Min(plan.StorageStops / 2, plan.Kills);
        var kills = Enumerable.Range(0, plan.Kills - both)
            .Select(i => Make($"kill {i}", i, plan.Kills - both, choice.Below(plan.Processes, $"kill {i} process"), null));
        var stops = Enumerable.Range(0, plan.StorageStops).Select(i => Make(
            $"stop {i}", i, plan.StorageStops, i < both * 2 && i % 2 == 1 ? choice.Below(plan.Processes, $"stop {i} process") : null, choice.Between(TimeSpan.Zero, LongestOutage, $"stop {i} outage")));
        return [.. kills.Concat(stops).OrderBy(disruption => disruption.At)];

        Disruption Make(string name, int i, int count, int? process, TimeSpan? outage) => new(
            (int)(plan.Mails * (0.02 + (0.93 * (i + choice.Fraction($"{name} at")) / count))),
            choice.Between(TimeSpan.Zero, LongestPause, $"{name} pause"),
            process,
            outage);
    }
}

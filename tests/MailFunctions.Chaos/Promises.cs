using MailFunctions.Smtp.Rates;

namespace MailFunctions.Chaos;

/// <summary>Holds the figures of a round against what is promised, and against what a round must have done to prove anything.</summary>
internal static class Promises
{
    public static IEnumerable<string> BrokenBy(RoundResult round) =>
        [.. BrokenToCallers(round), .. BrokenToTheRelay(round), .. WhatProvesNothing(round), .. round.Survivors.Broken];

    private static IEnumerable<string> BrokenToCallers(RoundResult round)
    {
        if (round.Lost.Count > 0)
            yield return $"{round.Lost.Count} promised mails are lost: {string.Join(", ", round.Lost)}.";
        var uncertain = round.Uncertainty.ByKill.Sum() + round.Uncertainty.Others;
        if (uncertain > round.Plan.UncertainAKill * round.Plan.Kills)
            yield return $"{uncertain} attempts are uncertain after {round.Plan.Kills} kills: more than {round.Plan.UncertainAKill} a kill.";
        if (round.StatisticsFault is not null)
            yield return round.StatisticsFault;
    }

    private static IEnumerable<string> BrokenToTheRelay(RoundResult round)
    {
        var plan = round.Plan;
        // A connection that was killed or broken off may be counted beside the one that took its place.
        if (plan is { Kills: 0, Dropped: 0, Stalled: 0, Refused: 0 } && round.MostConnections > plan.MaxConnections)
            yield return $"{round.MostConnections} connections were open at a time, of {plan.MaxConnections}.";
        // What a busy machine delays after its slot, such as the first mails of a new process, arrives closer together than the
        // slots are. Within a second that is soon more than a burst, so ten are looked at, and two more are for the delays.
        if (plan.PerSecond > 0 && round.MostInTenSeconds > 12 * plan.PerSecond)
            yield return $"{round.MostInTenSeconds} mails began within ten seconds; the limit is {plan.PerSecond} a second.";
        if (plan.PerMinute > 0 && round.MostInAMinute > plan.PerMinute + BurstOf(plan.PerMinute))
            yield return $"{round.MostInAMinute} mails began within a minute; the limit is {plan.PerMinute}, with a burst of {BurstOf(plan.PerMinute)}.";
    }

    private static IEnumerable<string> WhatProvesNothing(RoundResult round)
    {
        if (round.Promised < round.Plan.Mails)
            yield return $"Only {round.Promised} of {round.Plan.Mails} mails were promised.";
        if (round.OpenAtKill.Count != round.Plan.Kills || round.Outages.Count != round.Plan.StorageStops)
            yield return $"{round.OpenAtKill.Count} kills and {round.Outages.Count} stops of storage took place.";
        if (round.OpenAtKill.Count(open => open > 0) < round.Plan.Kills * 3 / 4)
            yield return "Too few of the kills came while mail was on its way.";
    }

    private static int BurstOf(int perMinute) => Gcra.Of(new RateLimit("PerMinute", perMinute, TimeSpan.FromMinutes(1), RateUnit.Mails)).Burst;
}

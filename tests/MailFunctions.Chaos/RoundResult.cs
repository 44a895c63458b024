using MailFunctions.Rates;

namespace MailFunctions.Chaos;

/// <summary>What one round did and found, in figures.</summary>
internal sealed record RoundResult
{
    public required ChaosPlan Plan { get; init; }

    public required int Posted { get; init; }

    /// <summary>Posts without an answer, and posts answered with an error.</summary>
    public required int Unanswered { get; init; }

    public required int Refused { get; init; }

    /// <summary>Mails with a 202.</summary>
    public required int Promised { get; init; }

    /// <summary>Mails in the ledger: those promised, and those of which the caller did not hear.</summary>
    public required int Accepted { get; init; }

    /// <summary>Promised, and not in the ledger.</summary>
    public required int Lost { get; init; }

    public required Survivors Survivors { get; init; }

    public required Uncertainty Uncertainty { get; init; }

    public required int Attempts { get; init; }

    /// <summary>Mails that the relay took, duplicates included.</summary>
    public required int Received { get; init; }

    /// <summary>By kind, what the relay did wrong.</summary>
    public required IReadOnlyDictionary<FaultKind, int> RelayFaults { get; init; }

    /// <summary>Connections that the relay had at the same time; one that was killed or broken off may be counted beside the one in its place.</summary>
    public required int MostConnections { get; init; }

    /// <summary>Mails that began within any second, as the relay heard them.</summary>
    public required int MostInASecond { get; init; }

    /// <summary>The same for any minute.</summary>
    public required int MostInAMinute { get; init; }

    /// <summary>Mails that were on their way, by kill.</summary>
    public required IReadOnlyList<int> OpenAtKill { get; init; }

    public required IReadOnlyList<TimeSpan> Outages { get; init; }

    /// <summary>What the statistics say otherwise than the mails do; null when they agree.</summary>
    public required string? StatisticsFault { get; init; }

    /// <summary>From the first post until every mail was settled.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Every promise that was not kept, in sentences.</summary>
    public IReadOnlyList<string> Broken
    {
        get
        {
            var broken = new List<string>();
            if (Lost > 0)
                broken.Add($"{Lost} promised mails are lost.");
            if (Promised < Plan.Mails)
                broken.Add($"Only {Promised} of {Plan.Mails} mails were promised.");
            if (Uncertainty.ByKill.Sum() + Uncertainty.Others > Uncertainty.ClaimWindow * Plan.Kills)
                broken.Add($"{Uncertainty.ByKill.Sum() + Uncertainty.Others} attempts are uncertain after {Plan.Kills} kills: more than {Uncertainty.ClaimWindow} a kill.");
            if (OpenAtKill.Count != Plan.Kills || Outages.Count != Plan.StorageStops)
                broken.Add($"{OpenAtKill.Count} kills and {Outages.Count} stops of storage took place.");
            if (OpenAtKill.Count(open => open > 0) < Plan.Kills * 3 / 4)
                broken.Add("Too few of the kills came while mail was on its way.");
            if (Plan is { Kills: 0, Dropped: 0, Stalled: 0, Refused: 0 } && MostConnections > Plan.MaxConnections)
                broken.Add($"{MostConnections} connections were open at a time, of {Plan.MaxConnections}.");
            AddRate(broken, Plan.PerSecond, TimeSpan.FromSeconds(1), MostInASecond);
            AddRate(broken, Plan.PerMinute, TimeSpan.FromMinutes(1), MostInAMinute);
            if (StatisticsFault is not null)
                broken.Add(StatisticsFault);
            broken.AddRange(Survivors.Broken);
            return broken;
        }
    }

    /// <summary>What a busy machine delays arrives closer together than it was let go: one burst more, at the most.</summary>
    private static void AddRate(List<string> broken, int count, TimeSpan window, int most)
    {
        if (count == 0)
            return;
        var burst = Gcra.Of(new RateLimit("", count, window, RateUnit.Mails)).Burst;
        if (most > count + burst)
            broken.Add($"{most} mails began within {window.TotalSeconds} s, of {count}, with {burst} for what was on its way.");
    }
}

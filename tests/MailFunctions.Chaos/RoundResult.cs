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
    public required IReadOnlyList<string> Lost { get; init; }

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

    /// <summary>The same for any ten seconds.</summary>
    public required int MostInTenSeconds { get; init; }

    /// <summary>The same for any minute.</summary>
    public required int MostInAMinute { get; init; }

    /// <summary>Mails that were on their way, by kill.</summary>
    public required IReadOnlyList<int> OpenAtKill { get; init; }

    public required IReadOnlyList<TimeSpan> Outages { get; init; }

    /// <summary>What the statistics say otherwise than the mails do; null when they agree.</summary>
    public required string? StatisticsFault { get; init; }

    /// <summary>From the first post until every mail was promised and the last disruption was over.</summary>
    public required TimeSpan Posting { get; init; }

    /// <summary>From the first post until every mail was settled.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Every promise that was not kept, in sentences.</summary>
    public IReadOnlyList<string> Broken => [.. Promises.BrokenBy(this)];
}

using MailFunctions.Delivery;

namespace MailFunctions.Chaos;

/// <summary>What a run does to the app. Every choice that chance makes in it follows from the seed; only the timing does not.</summary>
internal sealed record ChaosPlan
{
    /// <summary>What Azurite can carry: it holds a storage as one document in memory and saves it whole every few seconds.</summary>
    public const int MostMailsARound = 5_000;

    public required int Seed { get; init; }

    /// <summary>Mails that have to be promised by a 202.</summary>
    public int Mails { get; init; } = 2_000;

    /// <summary>SIGKILLs of an app process.</summary>
    public int Kills { get; init; } = 8;

    /// <summary>How often storage is stopped and started again; in every second of these one of the kills falls.</summary>
    public int StorageStops { get; init; } = 4;

    /// <summary>App processes on the one storage.</summary>
    public int Processes { get; init; } = 1;

    /// <summary>The relay's cap on connections, divided among lanes and processes.</summary>
    public int MaxConnections { get; init; } = 20;

    /// <summary>Mails that the relay takes within any second; 0 for no limit.</summary>
    public int PerSecond { get; init; }

    /// <summary>Mails that the relay takes within any minute; 0 for no limit.</summary>
    public int PerMinute { get; init; }

    /// <summary>The part of the transactions in which the relay refuses something, 0 to 1; the same for new connections.</summary>
    public double Refused { get; init; } = 0.05;

    /// <summary>In which it answers late or not at all.</summary>
    public double Stalled { get; init; } = 0.05;

    /// <summary>In which it breaks off.</summary>
    public double Dropped { get; init; } = 0.05;

    /// <summary>Mails that are posted in one call; 1 is a call for each mail.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Callers that post at the same time.</summary>
    public int Posters { get; init; } = 8;

    /// <summary>Callers pause while this many more mails are promised than the relay has met: the app dies accepting as well as sending.</summary>
    public int Backlog => 200 + (UncertainAKill * Kills);

    /// <summary>
    /// What a kill may leave uncertain on average: two claim windows, since mails that were posted together share messages of a
    /// third of one and each connection carries such a message; with batches a whole one for each connection.
    /// </summary>
    public int UncertainAKill => ClaimGroup.MaxMails * (Batch == 1 ? 2 : MaxConnections);

    /// <summary>After this the run has failed.</summary>
    public TimeSpan Patience => TimeSpan.FromMinutes(12) + (Mails * TimeSpan.FromMilliseconds(150)) + (Kills * TimeSpan.FromSeconds(20)) + (StorageStops * TimeSpan.FromSeconds(20));

    /// <summary>Where the output of the app processes is kept; null for nowhere.</summary>
    public string? LogFolder { get; init; }

    public Choice Choice => new(Seed);

    /// <summary>The same in parts that one Azurite each can carry, with seeds that follow one another.</summary>
    public IEnumerable<ChaosPlan> Rounds()
    {
        var rounds = Math.Max(1, (Mails + MostMailsARound - 1) / MostMailsARound);
        for (var i = 0; i < rounds; i++)
            yield return this with { Seed = Seed + i, Mails = Part(Mails, i), Kills = Part(Kills, i), StorageStops = Part(StorageStops, i) };

        int Part(int whole, int i) => (int)((long)whole * (i + 1) / rounds) - (int)((long)whole * i / rounds);
    }
}

namespace MailFunctions.Benchmarks.Comparison;

/// <summary>How much is measured. The ways and the order are the same in all of them.</summary>
internal sealed record Plan
{
    /// <summary>A sentence for the reader of its figures.</summary>
    public required string About { get; init; }

    /// <summary>Nothing is measured in earnest.</summary>
    public bool IsTrial { get; init; }

    /// <summary>Alternating, so that what else the machine does meets all alike. Medians are of these.</summary>
    public required int Rounds { get; init; }

    /// <summary>Seconds that one round of the send stage is meant to take.</summary>
    public required double SendSeconds { get; init; }

    public required IReadOnlyList<int> Connections { get; init; }

    /// <summary>Mails of one round by batches of 1,000, and by single posts.</summary>
    public required (int Batched, int Single) WholeMails { get; init; }

    public required IReadOnlyList<int> GrowthMails { get; init; }

    /// <summary>Transactional mails measured, and the bulk mails that wait meanwhile.</summary>
    public required (int Mails, int Bulk) Latency { get; init; }

    /// <summary>Posts that wait for the outcome.</summary>
    public required int Inline { get; init; }

    public required int Starts { get; init; }

    /// <summary>The folder of a published local host, whose start is measured beside that of the built one; null for none.</summary>
    public string? Published { get; init; }

    /// <summary>For publishing.</summary>
    public static Plan Full { get; } = new()
    {
        About = "A full run.",
        Rounds = 5,
        SendSeconds = 2,
        Connections = [1, 4, 16, 64],
        WholeMails = (10_000, 2_000),
        GrowthMails = [1_000, 10_000],
        Latency = (100, 20_000),
        Inline = 300,
        Starts = 9,
    };

    /// <summary>A few minutes: good for finding out whether a change did anything, not for publishing.</summary>
    public static Plan Quick { get; } = new()
    {
        About = "A quick run (`--quick`): fewer mails and rounds, good for orders of magnitude only.",
        Rounds = 3,
        SendSeconds = 0.7,
        Connections = [1, 4, 16],
        WholeMails = (3_000, 500),
        GrowthMails = [1_000, 5_000],
        Latency = (20, 3_000),
        Inline = 60,
        Starts = 3,
    };

    /// <summary>Shows that every part still runs; its figures mean nothing.</summary>
    public static Plan Trial { get; } = new()
    {
        About = "A trial: its figures mean nothing.",
        IsTrial = true,
        Rounds = 1,
        SendSeconds = 0,
        Connections = [1, 4],
        WholeMails = (100, 20),
        GrowthMails = [50],
        Latency = (3, 100),
        Inline = 3,
        Starts = 1,
    };
}

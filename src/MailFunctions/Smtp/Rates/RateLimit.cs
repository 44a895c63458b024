namespace MailFunctions.Smtp.Rates;

internal enum RateUnit
{
    Mails,
    Recipients,
}

/// <summary>The most mails or recipients within any period of this length.</summary>
/// <param name="Name">The name of its setting: <c>PerMinute</c>.</param>
/// <param name="Count">Never exceeded in any window of <paramref name="Window"/>.</param>
internal sealed record RateLimit(string Name, int Count, TimeSpan Window, RateUnit Unit)
{
    /// <summary>
    /// The least count of recipients: one mail may have 50, and must fit into the half of a day's count that may go at once.
    /// </summary>
    public const int LeastRecipients = 100;

    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(3);

    /// <summary>
    /// The most that a mail may arrive at the relay later than its slot, so that the relay, which counts arrivals, never
    /// counts more than <see cref="Count"/>: 3 s, or a twentieth of a window that is shorter than a minute.
    /// </summary>
    public TimeSpan Margin => Window / 20 < LongestMargin ? Window / 20 : LongestMargin;

    /// <summary>The margin of a short window is less than the delays of a busy machine: see <see cref="BeginGate"/>.</summary>
    public bool IsShort => Window < TimeSpan.FromMinutes(1);

    /// <summary>Returns the highest count that may be set for a window: 10,000 a second, rounded down for the longer ones.</summary>
    public static int MostPer(TimeSpan window) => window.TotalSeconds switch
    {
        <= 1 => 10_000,
        <= 60 => 1_000_000,
        <= 3_600 => 10_000_000,
        _ => 100_000_000,
    };
}

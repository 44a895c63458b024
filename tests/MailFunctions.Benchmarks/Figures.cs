namespace MailFunctions.Benchmarks;

/// <summary>Durations in the order in which they were measured.</summary>
internal sealed record Figures(IReadOnlyList<TimeSpan> Values)
{
    /// <summary>The smallest value that at least <paramref name="percent"/> percent of all do not exceed.</summary>
    public TimeSpan Percentile(int percent) => Values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(Values.Count * percent / 100.0) - 1));

    public TimeSpan Median => Percentile(50);

    public static Figures OfAll(params IEnumerable<Figures> some) => new([.. some.SelectMany(figures => figures.Values)]);
}

namespace MailFunctions.Statistics;

/// <summary>Adds up the rows of one bucket, by dimension and value.</summary>
/// <remarks>
/// Callers choose domains and tags. So that a bucket stays readable it keeps <see cref="MaxValues"/> of each, those with
/// the most acceptances and outcomes, ties by name; the rest is added up in <see cref="Other"/>. Which are kept depends
/// on the counts alone, not on the order in which they came.
/// Not safe for concurrent use.
/// </remarks>
internal sealed class Rollup
{
    public const int MaxValues = 500;

    /// <summary>The value for all that were not kept. Parentheses cannot occur in a domain or a tag.</summary>
    public const string Other = "(other)";

    private readonly Dictionary<(Dimension Dimension, string Value), Tally> _tallies = [];

    public Tally this[Dimension dimension, string value]
    {
        get
        {
            if (!_tallies.TryGetValue((dimension, value), out var tally))
                _tallies[(dimension, value)] = tally = new Tally();
            return tally;
        }
    }

    public void Add(StatisticsRow row) => this[row.Dimension, row.Value].Add(row.Measures);

    /// <summary>Returns the rows, ordered by dimension and value; none of them is zero.</summary>
    public IReadOnlyList<StatisticsRow> ToRows() =>
    [
        .. _tallies
            .Select(pair => new StatisticsRow(pair.Key.Dimension, pair.Key.Value, pair.Value.ToMeasures()))
            .Where(row => !row.Measures.IsZero)
            .GroupBy(row => row.Dimension)
            .SelectMany(group => group.Key.IsOpenEnded() ? Keep(group.Key, group, MaxValues, Activity) : group)
            .OrderBy(row => row.Dimension)
            .ThenBy(row => row.Value, StringComparer.Ordinal),
    ];

    /// <summary>
    /// Returns the <paramref name="count"/> rows with the most <paramref name="weight"/>, most first, then the
    /// sum of the others, if any.
    /// </summary>
    public static IEnumerable<StatisticsRow> Keep(Dimension dimension, IEnumerable<StatisticsRow> rows, int count, Func<Measures, long> weight)
    {
        var ranked = rows
            .OrderBy(row => row.Value == Other)
            .ThenByDescending(row => weight(row.Measures))
            .ThenBy(row => row.Value, StringComparer.Ordinal)
            .ToList();
        var kept = Math.Min(count, ranked.Count(row => row.Value != Other));
        if (kept == ranked.Count)
            return ranked;

        var rest = new Tally();
        foreach (var row in ranked.Skip(kept))
            rest.Add(row.Measures);
        return ranked.Take(kept).Append(new(dimension, Other, rest.ToMeasures()));
    }

    private static long Activity(Measures measures) =>
        measures[Measure.Accepted] + measures[Measure.Sent] + measures[Measure.Deferred] + measures[Measure.Rejected] + measures[Measure.Uncertain];
}

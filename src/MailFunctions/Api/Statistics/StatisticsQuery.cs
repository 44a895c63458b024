using MailFunctions.Http;
using MailFunctions.Statistics;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Statistics;

/// <summary>A query of the statistics: the buckets from <paramref name="From"/> up to, but excluding, <paramref name="To"/>.</summary>
/// <param name="From">The start of a bucket.</param>
/// <param name="To">The start of a later bucket.</param>
internal sealed record StatisticsQuery(DateTimeOffset From, DateTimeOffset To, Granularity Granularity, Dimension Dimension)
{
    /// <summary>The most buckets in one answer: a little more than a day of minutes, two months of hours, four years of days.</summary>
    public const int MaxBuckets = 1500;

    private static readonly string[] Known = ["from", "to", "granularity", "dimension"];

    /// <summary>Returns the range without from and to: the last 60 minutes, 24 hours or 30 days, including the running bucket.</summary>
    private static TimeSpan DefaultLength(Granularity granularity) => granularity switch
    {
        Granularity.Minute => TimeSpan.FromHours(1),
        Granularity.Hour => TimeSpan.FromDays(1),
        _ => TimeSpan.FromDays(30),
    };

    /// <summary>Reads the parameters, and reports every error at once.</summary>
    /// <returns>The query, or null when there is an error.</returns>
    public static (StatisticsQuery? Query, IReadOnlyList<ProblemError> Errors) Parse(IQueryCollection query, DateTimeOffset now)
    {
        var parameters = new QueryParameters(query, Known);
        var granularity = parameters.One("granularity") is { } g ? Named(Granularities.Find(g), "granularity", Granularities.Names, parameters) : Granularity.Minute;
        var dimension = parameters.One("dimension") is { } d ? Named(Dimensions.Find(d), "dimension", Dimensions.Names, parameters) : Dimension.Total;
        var from = parameters.Time("from");
        var to = parameters.Time("to");
        if (parameters.Errors.Count > 0)
            return (null, parameters.Errors);

        var end = Up(granularity!.Value, to ?? now, running: to is null);
        var start = Bucket.Of(granularity.Value, from ?? end - DefaultLength(granularity.Value)).Start;
        var buckets = (end - start) / granularity.Value.Length();
        if (from >= to || start >= end)
            parameters.Refuse("from", to is null ? "must not be in the future" : "must be before to");
        else if (buckets > MaxBuckets)
            parameters.Refuse("from", FormattableString.Invariant(
                $"is {buckets:0} {granularity.Value.Name()} buckets before to; an answer has at most {MaxBuckets}: ask for less, or for a coarser granularity"));
        return parameters.Errors.Count > 0 ? (null, parameters.Errors) : (new(start, end, granularity.Value, dimension!.Value), []);
    }

    /// <summary>
    /// Returns the end of the bucket that contains the time; a time on a boundary stays, unless its bucket is still
    /// running.
    /// </summary>
    private static DateTimeOffset Up(Granularity granularity, DateTimeOffset time, bool running)
    {
        var bucket = Bucket.Of(granularity, time);
        return bucket.Start == time && !running ? bucket.Start : bucket.End;
    }

    private static T? Named<T>(T? found, string name, IReadOnlyList<string> names, QueryParameters parameters) where T : struct
    {
        if (found is null)
            parameters.Refuse(name, $"must be one of: {string.Join(", ", names)}");
        return found;
    }
}

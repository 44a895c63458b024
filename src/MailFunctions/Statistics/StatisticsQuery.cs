using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace MailFunctions.Statistics;

/// <summary>What a caller asks of the statistics: the buckets from <paramref name="From"/> up to, not with, <paramref name="To"/>.</summary>
/// <param name="From">The start of a bucket.</param>
/// <param name="To">The start of a later bucket.</param>
internal sealed record StatisticsQuery(DateTimeOffset From, DateTimeOffset To, Granularity Granularity, Dimension Dimension)
{
    /// <summary>How many buckets one answer may have: a day of minutes and some, two months of hours, four years of days.</summary>
    public const int MaxBuckets = 1500;

    private static readonly string[] Known = ["from", "to", "granularity", "dimension"];

    /// <summary>Read by the host, not by us: the function's key.</summary>
    private static readonly string[] OfTheHost = ["code", "clientId"];

    /// <summary>Without from and to it is the last 60 minutes, 24 hours or 30 days, the running bucket included.</summary>
    private static TimeSpan DefaultLength(Granularity granularity) => granularity switch
    {
        Granularity.Minute => TimeSpan.FromHours(1),
        Granularity.Hour => TimeSpan.FromDays(1),
        _ => TimeSpan.FromDays(30),
    };

    /// <summary>Reads the parameters, and names every error at once.</summary>
    /// <returns>The query, or null when there is an error.</returns>
    public static (StatisticsQuery? Query, IReadOnlyList<ParameterError> Errors) Parse(IQueryCollection parameters, DateTimeOffset now)
    {
        var errors = new List<ParameterError>();
        foreach (var unknown in parameters.Keys.Where(key => !Known.Concat(OfTheHost).Contains(key, StringComparer.OrdinalIgnoreCase)))
            errors.Add(new(Shortened(unknown), $"is not a parameter; these are: {string.Join(", ", Known)}"));

        var granularity = One(parameters, "granularity", errors) is { } g ? Named(Granularities.Find(g), "granularity", Granularities.Names, errors) : Granularity.Minute;
        var dimension = One(parameters, "dimension", errors) is { } d ? Named(Dimensions.Find(d), "dimension", Dimensions.Names, errors) : Dimension.Total;
        var from = Time(parameters, "from", errors);
        var to = Time(parameters, "to", errors);
        if (errors.Count > 0) return (null, errors);

        var end = Up(granularity!.Value, to ?? now, running: to is null);
        var start = Bucket.Of(granularity.Value, from ?? end - DefaultLength(granularity.Value)).Start;
        var buckets = (end - start) / granularity.Value.Length();
        if (from >= to || start >= end)
            errors.Add(new("from", to is null ? "must not be in the future" : "must be before to"));
        else if (buckets > MaxBuckets)
            errors.Add(new("from", FormattableString.Invariant(
                $"is {buckets:0} {granularity.Value.Name()} buckets before to; an answer has at most {MaxBuckets}: ask for less, or for a coarser granularity")));
        return errors.Count > 0 ? (null, errors) : (new(start, end, granularity.Value, dimension!.Value), []);
    }

    /// <summary>The end of the bucket that the time lies in; a time that is a bound already stays, unless its bucket is just running.</summary>
    private static DateTimeOffset Up(Granularity granularity, DateTimeOffset time, bool running)
    {
        var bucket = Bucket.Of(granularity, time);
        return bucket.Start == time && !running ? bucket.Start : bucket.End;
    }

    private static string? One(IQueryCollection parameters, string name, List<ParameterError> errors)
    {
        var values = parameters.TryGetValue(name, out var found) ? found : StringValues.Empty;
        if (values.Count > 1) errors.Add(new(name, "is given more than once"));
        return values.Count == 1 ? values[0] ?? "" : null;
    }

    private static T? Named<T>(T? found, string name, IReadOnlyList<string> names, List<ParameterError> errors) where T : struct
    {
        if (found is null) errors.Add(new(name, $"must be one of: {string.Join(", ", names)}"));
        return found;
    }

    /// <summary>ISO 8601 with an offset. A plus that was not escaped in the URL arrives as a space.</summary>
    private static DateTimeOffset? Time(IQueryCollection parameters, string name, List<ParameterError> errors)
    {
        if (One(parameters, name, errors) is not { } text) return null;
        if (TryTime(text.Replace(' ', '+'), out var time) && time.Year is > 2000 and < 9000) return time;
        errors.Add(new(name, "must be a time in ISO 8601 with an offset, such as 2026-11-23T10:42:00Z or 2026-11-23T11:42:00+01:00"));
        return null;
    }

    private static bool TryTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text,
        ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
        CultureInfo.InvariantCulture,
        DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal,
        out time) && (text.EndsWith('Z') || text[^6] is '+' or '-');

    private static string Shortened(string name) => name.Length <= 64 ? name : name[..64] + "…";
}

/// <summary>What is wrong with one query parameter: <c>{Parameter} {Message}</c> is a sentence.</summary>
public sealed record ParameterError(string Parameter, string Message);

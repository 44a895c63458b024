using System.Globalization;

namespace MailFunctions.Statistics;

internal enum Granularity
{
    Minute,
    Hour,
    Day,
}

internal static class Granularities
{
    public static readonly IReadOnlyList<string> Names = [.. Enum.GetValues<Granularity>().Select(Name)];

    public static string Name(this Granularity granularity) => granularity switch
    {
        Granularity.Minute => "minute",
        Granularity.Hour => "hour",
        Granularity.Day => "day",
        _ => throw new ArgumentOutOfRangeException(nameof(granularity)),
    };

    public static Granularity? Find(string name) =>
        Names.Index().Where(pair => pair.Item == name).Select(pair => (Granularity?)pair.Index).FirstOrDefault();

    public static TimeSpan Length(this Granularity granularity) => granularity switch
    {
        Granularity.Minute => TimeSpan.FromMinutes(1),
        Granularity.Hour => TimeSpan.FromHours(1),
        _ => TimeSpan.FromDays(1),
    };

    internal static string KeyFormat(this Granularity granularity) => granularity switch
    {
        Granularity.Minute => "yyyyMMddHHmm",
        Granularity.Hour => "yyyyMMddHH",
        _ => "yyyyMMdd",
    };
}

/// <summary>One minute, hour or day of UTC: a partition of the table Statistics.</summary>
/// <param name="Start">The first moment of the bucket, UTC.</param>
internal readonly record struct Bucket(Granularity Granularity, DateTimeOffset Start)
{
    public DateTimeOffset End => Start + Granularity.Length();

    public Bucket Next => this with { Start = End };

    /// <summary><c>{granularity}-{bucket}</c>, such as <c>hour-2026112310</c>: keys of one granularity sort by time.</summary>
    public string PartitionKey =>
        $"{Granularity.Name()}-{Start.UtcDateTime.ToString(Granularity.KeyFormat(), CultureInfo.InvariantCulture)}";

    /// <summary>Returns the bucket that contains <paramref name="time"/>.</summary>
    public static Bucket Of(Granularity granularity, DateTimeOffset time) =>
        new(granularity, new(time.UtcTicks - (time.UtcTicks % granularity.Length().Ticks), TimeSpan.Zero));

    /// <exception cref="FormatException">The text is not a key that <see cref="PartitionKey"/> made.</exception>
    public static Bucket Parse(string partitionKey) =>
        partitionKey.Split('-') is [var name, var time]
        && Granularities.Find(name) is { } granularity
        && DateTimeOffset.TryParseExact(time, granularity.KeyFormat(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start)
            ? new(granularity, start)
            : throw new FormatException($"'{partitionKey}' is not the key of a bucket.");
}

using MailFunctions.Client.Calls;

namespace MailFunctions.Client;

/// <summary>The range, granularity and dimension of requested statistics.</summary>
public sealed record StatisticsRange
{
    /// <summary>One of <see cref="StatisticsGranularity"/>; minute when absent.</summary>
    public string? Granularity { get; init; }

    /// <summary>One of <see cref="StatisticsDimension"/>; total when absent.</summary>
    public string? Dimension { get; init; }

    /// <summary>The start; when absent, 60 minutes, 24 hours or 30 days before the end.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The end; now when absent.</summary>
    public DateTimeOffset? To { get; init; }

    internal string ToPath() =>
        ApiCall.WithQuery("statistics", ("from", ApiCall.Text(From)), ("to", ApiCall.Text(To)), ("granularity", Granularity), ("dimension", Dimension));
}

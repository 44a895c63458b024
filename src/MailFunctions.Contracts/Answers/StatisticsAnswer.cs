using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET statistics</c>.</summary>
/// <param name="From">The start of the first bucket.</param>
/// <param name="To">The end of the last bucket.</param>
/// <param name="CompiledUntil">Every minute before it was compiled after it had ended; null before the first run.</param>
/// <param name="Buckets">All of the range, in order of time, also those in which nothing happened.</param>
/// <param name="Totals">Each value over the whole range, most accepted and sent first.</param>
public sealed record StatisticsAnswer(
    DateTimeOffset From,
    DateTimeOffset To,
    string Granularity,
    string Dimension,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? CompiledUntil,
    IReadOnlyList<StatisticsAnswerBucket> Buckets,
    IReadOnlyList<StatisticsValue> Totals);

/// <param name="Values">The values of which there is anything to tell, in the order of the totals.</param>
public sealed record StatisticsAnswerBucket(DateTimeOffset Start, IReadOnlyList<StatisticsValue> Values);

/// <summary>One value of a dimension with its counts.</summary>
public sealed record StatisticsValue
{
    public required string Value { get; init; }

    /// <summary>Emails that were answered with 202, in the minute of their id.</summary>
    public required long Accepted { get; init; }

    /// <summary>Recipients of those emails.</summary>
    public required long Recipients { get; init; }

    /// <summary>SMTP transactions.</summary>
    public required long Attempts { get; init; }

    /// <summary>Recipients for whom a relay took responsibility.</summary>
    public required long Sent { get; init; }

    /// <summary>Recipients to whom a relay said "not now", once for each attempt.</summary>
    public required long Deferred { get; init; }

    /// <summary>Recipients whom a relay refused for good.</summary>
    public required long Rejected { get; init; }

    /// <summary>Recipients of whom an attempt could not learn whether the relay took them.</summary>
    public required long Uncertain { get; init; }

    /// <summary>Recipients that were on the suppression list, in the minute of the attempt that left them out or of the ending.</summary>
    public required long Suppressed { get; init; }

    /// <summary>Emails that every recipient's relay took.</summary>
    public required long EmailsSent { get; init; }

    /// <summary>Emails that ended with some recipients taken and others not.</summary>
    public required long EmailsPartial { get; init; }

    /// <summary>Emails that ended with no recipient taken.</summary>
    public required long EmailsFailed { get; init; }

    /// <summary>Emails whose time ran out.</summary>
    public required long EmailsExpired { get; init; }

    /// <summary>Emails that the caller took back.</summary>
    public required long EmailsCanceled { get; init; }

    /// <summary>Emails whose every recipient must not be mailed.</summary>
    public required long EmailsSuppressed { get; init; }

    /// <summary>Emails that a person gave up.</summary>
    public required long EmailsDiscarded { get; init; }

    /// <summary>Emails that were held because nobody can know whether they were delivered. A later ending is counted, too.</summary>
    public required long EmailsUncertain { get; init; }

    /// <summary>Emails that our own processing failed on five times. A later ending is counted, too.</summary>
    public required long EmailsDead { get; init; }

    /// <summary>The composed size, in bytes, of each attempt in which a relay took at least one recipient.</summary>
    public required long Bytes { get; init; }

    /// <summary>From accept to the end of the attempt that made an email sent or partial; milliseconds.</summary>
    public required StatisticsLatency LatencyMs { get; init; }
}

/// <summary>Percentiles in milliseconds; null when there is nothing to tell.</summary>
/// <param name="Count">How many emails they are of.</param>
public sealed record StatisticsLatency(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? P50,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? P95,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? P99,
    long Count);

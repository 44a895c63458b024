using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET statistics</c>.</summary>
/// <param name="From">The start of the first bucket.</param>
/// <param name="To">The end of the last bucket.</param>
/// <param name="CompiledUntil">Every minute before this time was compiled after it had ended; null before the first run.</param>
/// <param name="Buckets">All buckets of the range in order of time, including empty ones.</param>
/// <param name="Totals">Each value over the whole range, sorted by accepted plus sent, most first; <c>(other)</c> is the last.</param>
[Schema("Statistics")]
public sealed record StatisticsAnswer(
    DateTimeOffset From,
    DateTimeOffset To,
    [Words(typeof(StatisticsGranularity))] string Granularity,
    [Words(typeof(StatisticsDimension))] string Dimension,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? CompiledUntil,
    [MaxLength(1500)] IReadOnlyList<StatisticsAnswerBucket> Buckets,
    IReadOnlyList<StatisticsValue> Totals);

/// <param name="Start">The first moment of the bucket.</param>
/// <param name="Values">The values with any counts, in the order of the totals.</param>
[Schema("StatisticsBucket")]
public sealed record StatisticsAnswerBucket(DateTimeOffset Start, IReadOnlyList<StatisticsValue> Values);

/// <summary>
/// One value of a dimension with its counts. <c>sent</c>, <c>deferred</c>, <c>rejected</c> and <c>uncertain</c> count
/// recipients, once for each attempt, and <c>suppressed</c> counts each recipient once; <c>emails_…</c> count emails in the
/// minute in which they reached that state.
/// </summary>
[Schema("StatisticsValue")]
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

    /// <summary>Recipients that a relay refused temporarily, counted once per attempt.</summary>
    public required long Deferred { get; init; }

    /// <summary>Recipients that a relay refused permanently.</summary>
    public required long Rejected { get; init; }

    /// <summary>Recipients for whom an attempt could not determine whether the relay accepted them.</summary>
    public required long Uncertain { get; init; }

    /// <summary>Recipients on the suppression list, in the minute of the attempt that left them out, or in which the email ended.</summary>
    public required long Suppressed { get; init; }

    /// <summary>Recipients that unsubscribed by the link in an email, in the minute in which they did.</summary>
    public required long Unsubscribed { get; init; }

    /// <summary>Emails of which relays accepted every recipient.</summary>
    public required long EmailsSent { get; init; }

    /// <summary>Emails that ended with some recipients accepted and others not.</summary>
    public required long EmailsPartial { get; init; }

    /// <summary>Emails that ended with no recipient accepted.</summary>
    public required long EmailsFailed { get; init; }

    /// <summary>Emails that expired.</summary>
    public required long EmailsExpired { get; init; }

    /// <summary>Emails that the caller canceled.</summary>
    public required long EmailsCanceled { get; init; }

    /// <summary>Emails with only suppressed recipients.</summary>
    public required long EmailsSuppressed { get; init; }

    /// <summary>Emails that an operator gave up.</summary>
    public required long EmailsDiscarded { get; init; }

    /// <summary>
    /// Emails that were put on hold because an attempt may or may not have delivered them. A later final state is counted,
    /// too.
    /// </summary>
    public required long EmailsUncertain { get; init; }

    /// <summary>Emails that the server's own processing failed on five times. A later final state is counted, too.</summary>
    public required long EmailsDead { get; init; }

    /// <summary>The composed size in bytes of each attempt in which a relay accepted at least one recipient.</summary>
    public required long Bytes { get; init; }

    /// <summary>The time from the accept to the end of the attempt that made an email sent or partial, in milliseconds.</summary>
    public required StatisticsLatency LatencyMs { get; init; }
}

/// <summary>
/// Percentiles in milliseconds of the time from the accept to the end of the attempt that made an email sent or partial; null
/// without emails.
/// </summary>
/// <param name="Count">The number of emails in the percentiles.</param>
[Schema("Latency")]
public sealed record StatisticsLatency(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? P50,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? P95,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] double? P99,
    long Count);

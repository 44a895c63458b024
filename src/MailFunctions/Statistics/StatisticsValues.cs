namespace MailFunctions.Statistics;

/// <summary>Converts counts to their form in answers.</summary>
internal static class StatisticsValues
{
    public static StatisticsValue Of(string value, Measures measures)
    {
        var latency = measures.Latency;
        return new StatisticsValue
        {
            Value = value,
            Accepted = measures[Measure.Accepted],
            Recipients = measures[Measure.Recipients],
            Attempts = measures[Measure.Attempts],
            Sent = measures[Measure.Sent],
            Deferred = measures[Measure.Deferred],
            Rejected = measures[Measure.Rejected],
            Uncertain = measures[Measure.Uncertain],
            Suppressed = measures[Measure.Suppressed],
            Unsubscribed = measures[Measure.Unsubscribed],
            EmailsSent = measures[Measure.EmailsSent],
            EmailsPartial = measures[Measure.EmailsPartial],
            EmailsFailed = measures[Measure.EmailsFailed],
            EmailsExpired = measures[Measure.EmailsExpired],
            EmailsCanceled = measures[Measure.EmailsCanceled],
            EmailsSuppressed = measures[Measure.EmailsSuppressed],
            EmailsDiscarded = measures[Measure.EmailsDiscarded],
            EmailsUncertain = measures[Measure.EmailsUncertain],
            EmailsDead = measures[Measure.EmailsDead],
            Bytes = measures[Measure.Bytes],
            LatencyMs = new StatisticsLatency(
                Milliseconds(latency.Percentile(0.50)), Milliseconds(latency.Percentile(0.95)), Milliseconds(latency.Percentile(0.99)), latency.Count),
        };
    }

    private static double? Milliseconds(TimeSpan? latency) => latency is { } known ? Math.Round(known.TotalMilliseconds, 1) : null;
}

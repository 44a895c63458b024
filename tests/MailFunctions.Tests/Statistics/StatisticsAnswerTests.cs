using System.Text.Json;
using MailFunctions.Statistics;

namespace MailFunctions.Tests.Statistics;

public sealed class StatisticsAnswerTests
{
    [Fact]
    public void A_value_is_one_flat_object_with_every_measure()
    {
        var tally = new Tally { [Measure.Accepted] = 2, [Measure.EmailsSent] = 1, Latency = LatencyHistogram.Of(TimeSpan.FromSeconds(1)) };
        var value = StatisticsValues.Of("bulk", tally.ToMeasures());
        var at = Generate.Minute;
        var answer = new StatisticsAnswer(at, at.AddMinutes(1), "minute", "lane", null, [new(at, [value])], [value]);

        var json = JsonSerializer.Serialize(answer, ContractsJson.Default.StatisticsAnswer);

        const string Value = """
            {"value":"bulk","accepted":2,"recipients":0,"attempts":0,"sent":0,"deferred":0,"rejected":0,"uncertain":0,"suppressed":0,"unsubscribed":0,"emails_sent":1,"emails_partial":0,"emails_failed":0,"emails_expired":0,"emails_canceled":0,"emails_suppressed":0,"emails_discarded":0,"emails_uncertain":0,"emails_dead":0,"bytes":0,"latency_ms":{"p50":993.4,"p95":993.4,"p99":993.4,"count":1}}
            """;
        Assert.Equal(
            $$"""{"from":"2026-11-23T10:42:00+00:00","to":"2026-11-23T10:43:00+00:00","granularity":"minute","dimension":"lane","compiled_until":null,"buckets":[{"start":"2026-11-23T10:42:00+00:00","values":[{{Value}}]}],"totals":[{{Value}}]}""",
            json);
    }

    [Fact]
    public void Without_a_latency_there_are_no_percentiles() => Assert.Contains(
        """
        "latency_ms":{"p50":null,"p95":null,"p99":null,"count":0}
        """,
        JsonSerializer.Serialize(StatisticsValues.Of("bulk", Measures.Zero), ContractsJson.Default.StatisticsValue), StringComparison.Ordinal);
}

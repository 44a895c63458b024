using CsCheck;
using MailFunctions.Statistics;

namespace MailFunctions.Tests.Statistics;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Merging_is_associative_and_commutative_and_the_empty_one_adds_nothing() =>
        Gen.Select(Generate.Histogram, Generate.Histogram, Generate.Histogram).Sample((a, b, c) =>
        {
            Assert.Equal(a.Merge(b).Merge(c), a.Merge(b.Merge(c)));
            Assert.Equal(a.Merge(b), b.Merge(a));
            Assert.Equal(a, a.Merge(LatencyHistogram.Empty));
            Assert.Equal(a, LatencyHistogram.Empty.Merge(a));
            Assert.Equal(a.Count + b.Count, a.Merge(b).Count);
        });

    [Fact]
    public void A_percentile_is_within_the_documented_error_of_the_latency_at_its_rank() =>
        Gen.Select(Generate.Latency.Array[1, 200], Gen.Double[0.001, 1]).Sample((latencies, rank) =>
        {
            var exact = latencies.Order().ElementAt((int)Math.Ceiling(latencies.Length * rank) - 1);
            var estimate = Of(latencies).Percentile(rank)!.Value;
            var error = Math.Abs(estimate / exact - 1);
            Assert.True(error <= LatencyHistogram.RelativeError + 0.0005, $"{estimate} for {exact}: {error:P2}");
        });

    [Fact]
    public void A_higher_percentile_is_never_less() =>
        Gen.Select(Generate.Latency.Array[1, 50], Gen.Double[0.001, 1], Gen.Double[0.001, 1]).Sample((latencies, a, b) =>
            Assert.True(Of(latencies).Percentile(Math.Min(a, b)) <= Of(latencies).Percentile(Math.Max(a, b))));

    [Fact]
    public void A_histogram_round_trips_through_its_text() =>
        Generate.Histogram.Sample(histogram => Assert.Equal(histogram, LatencyHistogram.Parse(histogram.ToString())));

    [Fact]
    public void A_latency_outside_the_bounds_counts_as_the_bound()
    {
        Assert.Equal(LatencyHistogram.Of(LatencyHistogram.Shortest), LatencyHistogram.Of(TimeSpan.FromMinutes(-1)));
        Assert.Equal(LatencyHistogram.Of(LatencyHistogram.Longest), LatencyHistogram.Of(TimeSpan.FromDays(30)));
    }

    [Fact]
    public void An_empty_histogram_has_no_percentiles() => Assert.Null(LatencyHistogram.Empty.Percentile(0.5));

    [Fact]
    public void With_a_count_in_every_bucket_its_text_fits_one_property()
    {
        var full = LatencyHistogram.Empty;
        for (var latency = LatencyHistogram.Shortest; latency < LatencyHistogram.Longest * 1.1; latency *= 1.05)
            full = full.Merge(LatencyHistogram.Of(latency));
        Assert.InRange(full.ToString().Split(',').Length, 230, 240);
        Assert.InRange(full.ToString().Length + (240 * 18), 0, 32 * 1024);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1:0")]
    [InlineData("2:1,1:1")]
    [InlineData("1:1,1:1")]
    [InlineData("-1:1")]
    [InlineData("100000:1")]
    [InlineData("1:1,")]
    public void A_malformed_histogram_text_is_refused(string text) =>
        Assert.Throws<FormatException>(() => LatencyHistogram.Parse(text));

    private static LatencyHistogram Of(TimeSpan[] latencies) =>
        latencies.Aggregate(LatencyHistogram.Empty, (sum, one) => sum.Merge(LatencyHistogram.Of(one)));
}

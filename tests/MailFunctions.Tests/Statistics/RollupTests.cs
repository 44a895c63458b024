using CsCheck;
using MailFunctions.Statistics;

namespace MailFunctions.Tests.Statistics;

public sealed class RollupTests
{
    [Fact]
    public void The_order_of_rows_does_not_matter() => Generate.Row.Array[0, 20].Sample(rows =>
        Assert.Equal(Of(rows), Of(rows.Reverse())));

    [Fact]
    public void The_busiest_domains_are_kept_and_the_rest_is_summed()
    {
        var rows = Enumerable.Range(0, Rollup.MaxValues + 100)
            .Select(i => new StatisticsRow(Dimension.Domain, $"{i:0000}.example", Count(Measure.Sent, 1 + (i / 100))))
            .Append(new(Dimension.Domain, Rollup.Other, Count(Measure.Sent, 1_000_000)))
            .ToArray();

        var kept = Of(rows);

        Assert.Equal(Rollup.MaxValues + 1, kept.Count);
        Assert.DoesNotContain(kept, row => row.Measures[Measure.Sent] == 1);
        Assert.Equal(1_000_100, kept.Single(row => row.Value == Rollup.Other).Measures[Measure.Sent]);
        Assert.Equal(rows.Sum(row => row.Measures[Measure.Sent]), kept.Sum(row => row.Measures[Measure.Sent]));
        Assert.Equal(kept, Of(rows.Reverse()));
    }

    [Fact]
    public void A_domain_that_only_fails_is_as_busy_as_one_that_is_sent_to()
    {
        var rows = Enumerable.Range(0, Rollup.MaxValues)
            .Select(i => new StatisticsRow(Dimension.Domain, $"{i:0000}.example", Count(Measure.Sent, 1)))
            .Append(new(Dimension.Domain, "zzzz.example", Count(Measure.Deferred, 2)));

        Assert.Contains(Of(rows), row => row.Value == "zzzz.example");
    }

    [Fact]
    public void Relays_are_ours_and_all_are_kept()
    {
        var rows = Enumerable.Range(0, Rollup.MaxValues + 1).Select(i => new StatisticsRow(Dimension.Relay, $"relay{i}", Count(Measure.Sent, 1)));

        Assert.Equal(Rollup.MaxValues + 1, Of(rows).Count);
    }

    private static Measures Count(Measure measure, long count)
    {
        var tally = new Tally { [measure] = count };
        return tally.ToMeasures();
    }

    private static IReadOnlyList<StatisticsRow> Of(IEnumerable<StatisticsRow> rows)
    {
        var rollup = new Rollup();
        foreach (var row in rows) rollup.Add(row);
        return rollup.ToRows();
    }
}

using CsCheck;
using MailFunctions.Statistics;

namespace MailFunctions.Tests.Statistics;

public sealed class MeasuresTests
{
    [Fact]
    public void Adding_is_associative_and_commutative_and_zero_adds_nothing() =>
        Gen.Select(Generate.Measures, Generate.Measures, Generate.Measures).Sample((a, b, c) =>
        {
            Assert.Equal((a + b) + c, a + (b + c));
            Assert.Equal(a + b, b + a);
            Assert.Equal(a, a + Measures.Zero);
            Assert.Equal(a, Measures.Zero + a);
        });

    [Fact]
    public void A_row_survives_its_entity() => Generate.Row.Sample(row =>
    {
        var entity = StatisticsEntity.Of(Bucket.Of(Granularity.Hour, Generate.Minute), row);
        Assert.Equal("hour-2026112310", entity.PartitionKey);
        Assert.Equal(row, StatisticsEntity.Read(entity));
        Assert.True(StatisticsEntity.SameContent(entity, StatisticsEntity.Of(Bucket.Of(Granularity.Day, Generate.Minute), row)));
    });

    [Fact]
    public void Rows_that_differ_in_one_count_have_different_entities() =>
        Gen.Select(Generate.Row, Gen.Enum<Measure>()).Sample((row, measure) =>
        {
            var more = new Tally();
            more.Add(row.Measures);
            more[measure]++;
            var bucket = Bucket.Of(Granularity.Minute, Generate.Minute);
            Assert.False(StatisticsEntity.SameContent(StatisticsEntity.Of(bucket, row), StatisticsEntity.Of(bucket, row with { Measures = more.ToMeasures() })));
        });

    [Fact]
    public void The_names_are_part_of_what_is_stored_and_answered() => Assert.Equal(
        [
            "accepted", "recipients", "attempts", "sent", "deferred", "rejected", "uncertain", "suppressed", "unsubscribed",
            "emails_sent", "emails_partial", "emails_failed", "emails_expired", "emails_canceled", "emails_suppressed",
            "emails_discarded", "emails_uncertain", "emails_dead", "bytes",
        ],
        MeasureNames.All);
}

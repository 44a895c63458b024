using CsCheck;
using MailFunctions.Statistics;

namespace MailFunctions.Tests.Statistics;

public sealed class BucketTests
{
    private static readonly Gen<DateTimeOffset> Time =
        Gen.Long[0, 40L * 365 * 24 * 3600].Select(seconds => DateTimeOffset.UnixEpoch.AddYears(30).AddSeconds(seconds));

    [Fact]
    public void A_bucket_holds_its_time_and_survives_its_key() =>
        Gen.Select(Gen.Enum<Granularity>(), Time).Sample((granularity, time) =>
        {
            var bucket = Bucket.Of(granularity, time);
            Assert.True(bucket.Start <= time && time < bucket.End);
            Assert.Equal(bucket, Bucket.Parse(bucket.PartitionKey));
            Assert.Equal(bucket, Bucket.Of(granularity, time.ToOffset(TimeSpan.FromHours(5.5))));
        });

    [Fact]
    public void Keys_of_one_granularity_sort_by_time() =>
        Gen.Select(Gen.Enum<Granularity>(), Time, Time).Sample((granularity, a, b) =>
        {
            var (one, two) = (Bucket.Of(granularity, a), Bucket.Of(granularity, b));
            Assert.Equal(one.Start.CompareTo(two.Start), Math.Sign(string.CompareOrdinal(one.PartitionKey, two.PartitionKey)));
        });

    [Theory]
    [InlineData(Granularity.Minute, "minute-202611231042")]
    [InlineData(Granularity.Hour, "hour-2026112310")]
    [InlineData(Granularity.Day, "day-20261123")]
    internal void The_keys_are_those_of_the_documentation(Granularity granularity, string key) =>
        Assert.Equal(key, Bucket.Of(granularity, new(2026, 11, 23, 10, 42, 17, TimeSpan.Zero)).PartitionKey);

    [Theory]
    [InlineData("hour-20261123")]
    [InlineData("week-20261123")]
    [InlineData("20261123")]
    public void A_malformed_key_is_refused(string key) => Assert.Throws<FormatException>(() => Bucket.Parse(key));
}

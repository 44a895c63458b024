using CsCheck;
using MailFunctions.Mail;

namespace MailFunctions.Tests.Mail;

public sealed class EmailIdTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 42, 17, 345, TimeSpan.Zero);

    [Fact]
    public void An_id_contains_its_minting_time_and_round_trips_through_text()
    {
        var id = EmailId.Mint(Now).Single();

        Assert.Equal(Now, id.MintedAt);
        Assert.Equal(id, EmailId.Parse(id.ToString()));
        Assert.Equal(7, Guid.Parse(id.ToString()).Version);
        Assert.Equal($"{id.Shard:x}-202611231042", id.PartitionKey);
    }

    [Fact]
    public void Ids_minted_together_share_a_partition_and_ascend()
    {
        var ids = EmailId.Mint(Now, 1000);

        Assert.Single(ids.Select(id => id.PartitionKey).Distinct());
        Assert.Equal(ids, ids.Order());
        Assert.Equal(1000, ids.Distinct().Count());
    }

    [Fact]
    public void Spread_ids_share_partitions_in_hundreds_and_still_ascend()
    {
        var ids = EmailId.Mint(Now, 1000, 100);

        var partitions = ids.Chunk(100).Select(some => Assert.Single(some.Select(id => id.PartitionKey).Distinct()));
        Assert.Equal(10, partitions.Distinct().Count());
        Assert.Equal(ids, ids.Order());
        Assert.Equal(1000, ids.Distinct().Count());
    }

    [Fact]
    public void The_bound_of_a_moment_separates_earlier_ids_from_later_ones() =>
        Gen.Select(Gen.Long[0, DateTimeOffset.MaxValue.AddDays(-1).ToUnixTimeMilliseconds()], Gen.Int[0, 2], Gen.Int[0, (int)TimeSpan.TicksPerMillisecond - 1])
            .Sample((milliseconds, later, ticks) =>
            {
                var id = EmailId.Mint(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds + 1))[0];
                var moment = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds + later).AddTicks(ticks);
                var bound = EmailId.FirstFrom(moment);

                Assert.Equal(id.MintedAt < moment, id < bound);
                Assert.Equal(bound, EmailId.Parse(bound.ToString()));
                Assert.InRange(bound.MintedAt - moment, TimeSpan.Zero, TimeSpan.FromTicks(TimeSpan.TicksPerMillisecond - 1));
            });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("ffffffff-ffff-7fff-8fff-ffffffffffff")]
    [InlineData("6f9619ff-8b86-d011-b42d-00c04fc964ff")]
    [InlineData("{01936d2e-1c5a-7000-8000-000000000000}")]
    public void A_text_that_is_not_a_UUIDv7_is_not_an_id(string? text) => Assert.False(EmailId.TryParse(text, out _));
}

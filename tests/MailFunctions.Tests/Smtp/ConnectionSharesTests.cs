using CsCheck;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;

namespace MailFunctions.Tests.Smtp;

public sealed class ConnectionSharesTests
{
    [Fact]
    public void All_instances_together_stay_within_the_cap_and_each_lane_has_its_own() =>
        Gen.Select(Gen.Int[1, 200], Gen.Double[0, 1], Gen.Int[1, 50], Gen.Int[1, 50], Gen.Int[0, 50], Gen.Enum<Lane>().Nullable()).Sample(
            (cap, share, transactional, bulk, http, only) =>
            {
                var scale = new ScaleOptions { TransactionalInstances = transactional, BulkInstances = bulk, HttpInstances = http };
                var shares = ConnectionShares.Divide(cap, share, only, scale, out var fault);
                if (fault is not null)
                    return;

                Assert.True((shares.Transactional * transactional) + (shares.Bulk * bulk) + (shares.Inline * http) <= cap);
                Assert.Equal(only != Lane.Bulk, shares.Transactional >= 1);
                Assert.Equal(only != Lane.Transactional, shares.Bulk >= 1);
            });

    [Theory]
    [InlineData(10, 0.5, 5, 5)]
    [InlineData(3, 0.5, 2, 1)]
    [InlineData(10, 0, 9, 1)]
    [InlineData(10, 1, 1, 9)]
    public void A_cap_is_divided_by_the_share_of_bulk(int cap, double share, int transactional, int bulk) =>
        Assert.Equal(new ConnectionShares(transactional, bulk, 0), ConnectionShares.Divide(cap, share, null, new ScaleOptions(), out _));

    [Theory]
    [InlineData(10, 1, 3, 2)]
    [InlineData(3, 1, 1, 1)]
    [InlineData(2, 1, 1, 0)]
    [InlineData(10, 2, 3, 1)]
    [InlineData(10, 3, 5, 0)]
    public void Inline_delivery_gets_half_of_the_transactional_connections_if_each_instance_gets_one(int cap, int http, int transactional, int inline) =>
        Assert.Equal(new ConnectionShares(transactional, cap / 2, inline), ConnectionShares.Divide(cap, 0.5, null, new ScaleOptions { HttpInstances = http }, out _));

    [Fact]
    public void An_instance_count_above_the_cap_is_refused_in_one_clear_sentence()
    {
        ConnectionShares.Divide(3, 0.5, null, new ScaleOptions { BulkInstances = 4 }, out var fault);

        Assert.Equal(
            "is 3, of which 1 is the share of the lane bulk: too few for 4 instances with one connection each. Raise it or BulkShare, or lower MailFunctions:Scale:BulkInstances.",
            fault);
    }

    [Fact]
    public void One_connection_is_not_shared_by_two_lanes_but_serves_one()
    {
        ConnectionShares.Divide(1, 0.5, null, new ScaleOptions(), out var fault);
        var shares = ConnectionShares.Divide(1, 0.5, Lane.Bulk, new ScaleOptions(), out var none);

        Assert.NotNull(fault);
        Assert.Null(none);
        Assert.Equal(new ConnectionShares(0, 1, 0), shares);
    }
}

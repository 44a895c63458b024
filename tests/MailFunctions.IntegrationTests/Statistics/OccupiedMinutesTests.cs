using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Ledger;
using MailFunctions.Mail;

namespace MailFunctions.IntegrationTests.Statistics;

public sealed class OccupiedMinutesTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_first_minute_with_a_row_is_found_in_whatever_shard_and_table_it_is()
    {
        var token = TestContext.Current.CancellationToken;
        var tables = new List<TableClient>();
        foreach (var prefix in new[] { "Events", "Emails" })
        {
            tables.Add(new TableClient(azurite.SharedAccount, AzuriteFixture.UniqueName(prefix)));
            await tables[^1].CreateAsync(token);
        }

        foreach (var (table, shard, minutes) in new[] { (0, 3, 5), (0, 0, 90), (1, 15, 4), (1, 7, 60) })
            await tables[table].AddEntityAsync(new TableEntity(MinutePartition.Key(shard, Ten.AddMinutes(minutes)), "row"), token);
        var occupied = new OccupiedMinutes(emails: tables[1], events: tables[0]);

        Assert.Equal(Ten.AddMinutes(4), await occupied.FirstAsync(Ten, Ten.AddDays(1), token));
        Assert.Equal(Ten.AddMinutes(5), await occupied.FirstAsync(Ten.AddMinutes(5), Ten.AddDays(1), token));
        Assert.Equal(Ten.AddMinutes(60), await occupied.FirstAsync(Ten.AddMinutes(6), Ten.AddDays(1), token));
        Assert.Equal(Ten.AddMinutes(90), await occupied.FirstAsync(Ten.AddMinutes(61), Ten.AddDays(1), token));
        Assert.Equal(Ten.AddMinutes(60), await occupied.FirstOfMailAsync(Ten.AddMinutes(5), Ten.AddDays(1), token));
        Assert.Null(await occupied.FirstOfMailAsync(Ten.AddMinutes(61), Ten.AddDays(1), token));
        Assert.Null(await occupied.FirstAsync(Ten, Ten.AddMinutes(4), token));
        Assert.Null(await occupied.FirstAsync(Ten.AddMinutes(91), Ten.AddDays(1), token));
    }
}

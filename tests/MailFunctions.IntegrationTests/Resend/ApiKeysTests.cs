using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Resend;
using MailFunctions.Storage;
using MailFunctions.Trust;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.IntegrationTests.Resend;

/// <summary>Which keys are good, for how long, and what is kept of them.</summary>
public sealed class ApiKeysTests(AzuriteFixture azurite)
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(57));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_revoked_key_is_refused_once_what_was_read_of_it_is_half_a_minute_old()
    {
        var (keys, desk, _) = await OpenAsync();
        var key = await desk.AddAsync("a", [], [], null, Cancellation);
        Assert.NotNull(await keys.FindAsync(key, Cancellation));

        Assert.True(await desk.RevokeAsync(IdOf(key), Cancellation));
        _clock.Advance(ApiKeys.BelievedFor - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await keys.FindAsync(key, Cancellation));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await keys.FindAsync(key, Cancellation));
        Assert.True(await desk.RevokeAsync(IdOf(key), Cancellation));
        Assert.Equal("revoked", (await desk.ListAsync(Cancellation)).Single().State);
    }

    [Fact]
    public async Task A_key_ends_with_its_time_also_while_what_was_read_of_it_is_believed()
    {
        var (keys, desk, _) = await OpenAsync();
        var key = await desk.AddAsync("a", [], [], "1d", Cancellation);

        _clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        Assert.NotNull(await keys.FindAsync(key, Cancellation));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await keys.FindAsync(key, Cancellation));
        Assert.Equal("expired", (await desk.ListAsync(Cancellation)).Single().State);
    }

    [Fact]
    public async Task That_there_is_no_key_is_believed_for_a_few_seconds_and_that_there_is_one_for_good()
    {
        var (keys, desk, _) = await OpenAsync();
        Assert.False(await keys.AnyAsync(Cancellation));

        var key = await desk.AddAsync("a", [], [], null, Cancellation);
        Assert.False(await keys.AnyAsync(Cancellation));
        _clock.Advance(ApiKeys.NoneBelievedFor);
        Assert.True(await keys.AnyAsync(Cancellation));
        Assert.True(await desk.RevokeAsync(IdOf(key), Cancellation));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.True(await keys.AnyAsync(Cancellation));
    }

    [Fact]
    public async Task Storage_without_the_table_has_no_key()
    {
        var table = new ApiKeyTable(Storage());

        Assert.False(await new ApiKeys(table, _clock).AnyAsync(Cancellation));
        Assert.Null(await new ApiKeys(table, _clock).FindAsync(ApiKeyText.New().Reveal(), Cancellation));
    }

    [Fact]
    public async Task Another_secret_under_the_same_id_is_refused_and_no_secret_is_stored()
    {
        var (keys, desk, storage) = await OpenAsync();
        var (key, other) = (await desk.AddAsync("a", [], [], null, Cancellation), ApiKeyText.New());

        Assert.Null(await keys.FindAsync((other with { Id = IdOf(key) }).Reveal(), Cancellation));
        Assert.Null(await keys.FindAsync(other.Reveal(), Cancellation));
        Assert.NotNull(await keys.FindAsync(key, Cancellation));
        var row = await storage.Table(StorageNames.ApiKeysTable).QueryAsync<Azure.Data.Tables.TableEntity>(cancellationToken: Cancellation).SingleAsync(Cancellation);
        Assert.DoesNotContain(row, value => $"{value.Value}".Contains(key[^43..], StringComparison.Ordinal));
        Assert.Equal(32, row.GetBinary("hash").Length);
    }

    [Fact]
    public async Task A_key_keeps_what_it_was_made_with()
    {
        var (keys, desk, _) = await OpenAsync();

        var key = await keys.FindAsync(await desk.AddAsync(" Shop ", ["example.com", "a@example.org"], ["bulk", "transactional"], "2027-12-31T01:00:00+01:00", Cancellation), Cancellation);

        Assert.Equal("Shop", key!.Name);
        Assert.Equal(["example.com", "a@example.org"], key.Senders);
        Assert.Equal([Ledger.Lane.Bulk, Ledger.Lane.Transactional], key.Lanes);
        Assert.Equal(new DateTimeOffset(2027, 12, 31, 0, 0, 0, TimeSpan.Zero), key.ExpiresAt);
    }

    [Theory]
    [InlineData("", "", "", null, "A key needs a name of 1 to 64 characters.")]
    [InlineData("a", "not a sender", "", null, "'not a sender' is no address")]
    [InlineData("a", "", "fast", null, "'fast' is no lane: there are transactional and bulk.")]
    [InlineData("a", "", "", "yesterday", "'yesterday' is no time ahead")]
    [InlineData("a", "", "", "2020-01-01", "'2020-01-01' is no time ahead")]
    public async Task A_key_that_makes_no_sense_is_not_made(string name, string senders, string lanes, string? expires, string sentence)
    {
        var (_, desk, _) = await OpenAsync();

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => desk.AddAsync(
            name, senders.Length == 0 ? [] : [senders], lanes.Length == 0 ? [] : [lanes], expires, Cancellation));

        Assert.StartsWith(sentence, refused.Message, StringComparison.Ordinal);
        Assert.Empty(await desk.ListAsync(Cancellation));
    }

    private async Task<(ApiKeys Keys, ApiKeyDesk Desk, StorageClients Storage)> OpenAsync()
    {
        var storage = Storage();
        var table = new ApiKeyTable(storage);
        await table.CreateAsync(Cancellation);
        return (new ApiKeys(table, _clock), new ApiKeyDesk(table, _clock), storage);
    }

    private StorageClients Storage() => new(
        new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage", azurite.TakeAccount())]).Build(), new StorageClock(TimeProvider.System));

    private static string IdOf(string key) => key.Split('_')[1];
}

using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using MailFunctions.Unsubscription;
using Microsoft.Extensions.Time.Testing;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Unsubscription;

/// <summary>The keys of tokens: one first key for all processes, and none that is ever missing.</summary>
public sealed class UnsubscribeKeyTests(AzuriteFixture azurite)
{
    private static readonly Subscription Ada = new("ada@example.com", "news", EmailId.Mint(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero))[0]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Processes_that_race_for_the_first_key_use_the_same()
    {
        await using var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        var clients = TestStorage.Open(storage.ConnectionString);
        await clients.Table(StorageNames.UnsubscribeKeysTable).CreateAsync(Cancellation);
        // All have found no key before the first of them inserts one.
        storage.Faults = request => request is { Name: StorageNames.UnsubscribeKeysTable, IsWrite: true } ? StorageFault.HoldBefore : StorageFault.None;

        var racing = Enumerable.Range(0, 8).Select(_ => KeysOf(clients, TimeProvider.System).CurrentAsync(Cancellation).AsTask()).ToList();
        await storage.Held.WaitForCountAsync(8, Cancellation);
        storage.Faults = _ => StorageFault.None;
        storage.Release();
        var tokens = (await Task.WhenAll(racing)).Select(key => UnsubscribeToken.Write(key, Ada)).ToList();

        Assert.Single(tokens.Distinct());
        Assert.Equal(1, await clients.Table(StorageNames.UnsubscribeKeysTable).QueryAsync<TableEntity>(cancellationToken: Cancellation).CountAsync(Cancellation));
    }

    [Fact]
    public async Task An_insert_whose_answer_was_lost_gives_the_key_that_it_stored()
    {
        await using var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        var clients = TestStorage.Open(storage.ConnectionString);
        await clients.Table(StorageNames.UnsubscribeKeysTable).CreateAsync(Cancellation);
        storage.Faults = request => request is { Name: StorageNames.UnsubscribeKeysTable, IsWrite: true, Seen: 1 } ? StorageFault.AnswerAfter(500) : StorageFault.None;

        var first = await KeysOf(clients, TimeProvider.System).CurrentAsync(Cancellation);

        Assert.Equal(UnsubscribeToken.Write(first, Ada), UnsubscribeToken.Write(await KeysOf(clients, TimeProvider.System).CurrentAsync(Cancellation), Ada));
    }

    [Fact]
    public async Task A_rotation_is_used_within_minutes_and_every_earlier_token_is_still_read()
    {
        var clients = TestStorage.Open(azurite.TakeAccount());
        await clients.Table(StorageNames.UnsubscribeKeysTable).CreateAsync(Cancellation);
        var clock = new FakeTimeProvider();
        var (one, other) = (KeysOf(clients, clock), KeysOf(clients, clock));
        var before = UnsubscribeToken.Write(await one.CurrentAsync(Cancellation), Ada);

        Assert.Equal(2, await other.RotateAsync(Cancellation));
        // Every process can look it up before it is used.
        Assert.Equal(before, UnsubscribeToken.Write(await KeysOf(clients, clock).CurrentAsync(Cancellation), Ada));
        clock.Advance(TimeSpan.FromSeconds(30));
        var after = UnsubscribeToken.Write(await other.CurrentAsync(Cancellation), Ada);
        Assert.Equal(before, UnsubscribeToken.Write(await one.CurrentAsync(Cancellation), Ada));
        // A number that is not known yet is looked up.
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(Ada, UnsubscribeToken.Read(after, await one.FindAsync(UnsubscribeToken.KeyOf(after)!.Value, Cancellation)));
        clock.Advance(UnsubscribeKeys.BelievedFor);

        Assert.NotEqual(before, after);
        Assert.Equal(after, UnsubscribeToken.Write(await one.CurrentAsync(Cancellation), Ada));
        foreach (var keys in new[] { one, other, KeysOf(clients, clock) })
        {
            foreach (var token in new[] { before, after })
                Assert.Equal(Ada, UnsubscribeToken.Read(token, await keys.FindAsync(UnsubscribeToken.KeyOf(token)!.Value, Cancellation)));
            Assert.Null(await keys.FindAsync(3, Cancellation));
        }
    }

    private static UnsubscribeKeys KeysOf(StorageClients clients, TimeProvider clock) => new(new UnsubscribeKeyTable(clients, clock), clock);
}

using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Suppression;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Suppression;

/// <summary>A list that takes long to load holds up no mail, and every entry of it counts meanwhile.</summary>
public sealed class LongListTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_mail_of_a_cold_process_leaves_while_the_list_is_still_loading()
    {
        await using var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var relay = new ScriptedSmtpServer();
        await using var app = await TestApp.On(storage).WithRelay(relay).StartAsync();
        await app.Get<SuppressionWriter>().PutAsync([Entry("bob@example.com", app.Get<TimeProvider>())], Cancellation);
        storage.Faults = request => request is { Name: StorageNames.SuppressionsTable, Verb: "query" } ? StorageFault.HoldBefore : StorageFault.None;

        var (free, listed) = (await app.SubmitAsync(TestApp.Mail(), Cancellation), await app.SubmitAsync(TestApp.Mail("bob@example.com"), Cancellation));
        await app.DeliverUntilAsync(free, Cancellation, EmailState.Sent);
        await app.DeliverUntilAsync(listed, Cancellation, EmailState.Suppressed);

        Assert.NotEmpty(storage.Held);
        Assert.Equal(["ada@example.com"], Assert.Single(relay.Mails).Recipients);
        storage.Faults = _ => StorageFault.None;
        storage.Release();
        Assert.Equal(1, (await app.Get<SuppressionList>().CurrentAsync(Cancellation)).Count);
    }

    [Fact]
    public async Task A_loading_that_failed_is_tried_again_and_mail_is_looked_up_meanwhile()
    {
        await using var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var relay = new ScriptedSmtpServer();
        await using var app = await TestApp.On(storage).WithRelay(relay).StartAsync();
        storage.Faults = request => request is { Name: StorageNames.SuppressionsTable, Verb: "query" } ? StorageFault.RefuseWith(403) : StorageFault.None;

        for (var i = 0; i < 3; i++)
            await app.DeliverUntilAsync(await app.SubmitAsync(TestApp.Mail(), Cancellation), Cancellation, EmailState.Sent);

        storage.Faults = _ => StorageFault.None;
        Assert.Equal(0, (await app.Get<SuppressionList>().CurrentAsync(Cancellation)).Count);
        Assert.Equal(3, relay.Mails.Count);
    }

    /// <summary>A million with <c>MAILFUNCTIONS_LONG_TESTS=1</c>; otherwise a fiftieth of that.</summary>
    [Fact]
    public async Task A_long_list_is_loaded_whole_and_twice_side_by_side()
    {
        var count = new ConfigurationBuilder().AddEnvironmentVariables().Build()["MAILFUNCTIONS_LONG_TESTS"] == "1" ? 1_000_000 : 20_000;
        var clients = TestStorage.Open(azurite.TakeAccount());
        foreach (var name in new[] { StorageNames.SuppressionsTable, StorageNames.SuppressionChangesTable })
            await clients.Table(name).CreateAsync(Cancellation);
        var table = new SuppressionTable(clients, NullLogger<SuppressionTable>.Instance);
        var writer = new SuppressionWriter(table, new SuppressionChanges(clients, TimeProvider.System));
        foreach (var some in Enumerable.Range(0, count).Chunk(10_000))
            await writer.PutAsync(some.Select(i => Entry(Address(i), TimeProvider.System)), Cancellation);
        var loader = new SuppressionLoader(table, TimeProvider.System, NullLogger<SuppressionLoader>.Instance);

        SuppressionSnapshot?[] lists = [await loader.LoadAsync(), await loader.LoadAsync()];

        Assert.All(lists, list => Assert.Equal(count, list!.Count));
        var now = TimeProvider.System.GetUtcNow();
        Assert.All(Enumerable.Range(0, count).Where(i => i % 97 == 0), i => Assert.NotNull(lists[1]!.Find(Address(i), Lane.Bulk, now)));
        Assert.Null(lists[1]!.Find("nobody@example.com", Lane.Bulk, now));

        // The storage in memory is in this process as well, so only what the lists give back tells what they take.
        var held = GC.GetTotalMemory(forceFullCollection: true);
        Array.Clear(lists);
        var given = held - GC.GetTotalMemory(forceFullCollection: true);
        TestContext.Current.TestOutputHelper?.WriteLine($"{given / (double)count:0.0} bytes an entry given back, of {count:N0}");
    }

    private static string Address(int i) => FormattableString.Invariant($"r{i}@example.com");

    private static SuppressionEntry Entry(string address, TimeProvider clock) => new(address, SuppressionReason.Unsubscribe, SuppressionScope.All, clock.GetUtcNow(), null, null);
}

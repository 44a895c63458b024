using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Suppression;
using MailFunctions.TestPeers.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Suppression;

/// <summary>What a process knows of a list that others write: on real tables, with a clock that the tests hold.</summary>
public sealed class SuppressionListTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_by_another_process_is_seen_after_thirty_seconds()
    {
        await using var scene = await Scene.StartAsync(azurite);
        Assert.Null(await scene.FindAsync("ada@example.com"));
        await scene.Book.PutAsync([scene.Entry("ada@example.com")], Cancellation);

        scene.Clock.Advance(SuppressionAges.Default.Fresh - TimeSpan.FromTicks(1));
        var asked = scene.Storage.Requests.Count;
        Assert.Null(await scene.FindAsync("ada@example.com"));
        Assert.Equal(asked, scene.Storage.Requests.Count);
        scene.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.NotNull(await scene.FindAsync("ada@example.com"));

        // One look at the changes and one at the range; and then, with nothing new, one.
        Assert.Equal(2, scene.Storage.Requests.Count - asked);
        scene.Clock.Advance(SuppressionAges.Default.Fresh);
        Assert.NotNull(await scene.FindAsync("ada@example.com"));
        Assert.Equal(3, scene.Storage.Requests.Count - asked);
        await scene.Book.RemoveAsync([SuppressionKey.Of("ada@example.com")], Cancellation);
        scene.Clock.Advance(SuppressionAges.Default.Fresh);
        Assert.Null(await scene.FindAsync("ada@example.com"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_entry_whose_writer_died_before_it_could_say_so_is_seen(bool isSeenBefore)
    {
        await using var scene = await Scene.StartAsync(azurite);
        Assert.Null(await scene.FindAsync("ada@example.com"));
        var entry = scene.Entry("ada@example.com");
        await scene.Changes.AnnounceAsync([new KeyRange(entry.Key, entry.Key)], Cancellation);
        scene.Clock.Advance(SuppressionAges.Default.Fresh);
        if (isSeenBefore)
            Assert.Null(await scene.FindAsync("ada@example.com"));

        await scene.Table.PutAsync([entry], Cancellation);
        scene.Clock.Advance(SuppressionAges.Default.Fresh);

        Assert.NotNull(await scene.FindAsync("ada@example.com"));
    }

    [Fact]
    public async Task A_writer_that_was_slower_than_readers_look_back_announces_anew()
    {
        await using var scene = await Scene.StartAsync(azurite);
        Assert.Null(await scene.FindAsync("ada@example.com"));
        var entry = scene.Entry("ada@example.com");
        var announced = await scene.Changes.AnnounceAsync([new KeyRange(entry.Key, entry.Key)], Cancellation);
        for (var i = 0; i < 5; i++)
        {
            scene.Clock.Advance(SuppressionChanges.InFlight / 4);
            Assert.Null(await scene.FindAsync("ada@example.com"));
        }

        await scene.Table.PutAsync([entry], Cancellation);
        await scene.Changes.FinishAsync(announced, Cancellation);
        scene.Clock.Advance(SuppressionAges.Default.Fresh);

        Assert.NotNull(await scene.FindAsync("ada@example.com"));
    }

    [Fact]
    public async Task Ten_thousand_are_imported_in_a_bounded_number_of_calls_and_again_without_a_difference()
    {
        await using var scene = await Scene.StartAsync(azurite);
        Assert.Null(await scene.FindAsync("r0@example.com"));
        var entries = Enumerable.Range(0, 10_000).Select(i => scene.Entry(FormattableString.Invariant($"r{i}@example.com"))).ToList();

        var asked = scene.Storage.Requests.Count;
        Assert.Equal(10_000, await scene.Book.PutAsync([.. entries, entries[0]], Cancellation));
        var calls = scene.Storage.Requests.Count - asked;
        TestContext.Current.TestOutputHelper?.WriteLine($"{calls} calls");
        // A transaction for each hundred of a shard, and two for each hundred of those.
        Assert.InRange(calls, 100, 130);
        Assert.Equal(10_000, await scene.Book.PutAsync(entries, Cancellation));

        scene.Clock.Advance(SuppressionAges.Default.Fresh);
        var updated = await scene.List.CurrentAsync(Cancellation);
        var loaded = await scene.NewList().CurrentAsync(Cancellation);
        Assert.Equal((10_000, 10_000), (updated.Count, loaded.Count));
        Assert.All(entries, entry => Assert.NotNull(updated.Find(entry.Address, Lane.Bulk, scene.Clock.GetUtcNow())));
        Assert.All(entries, entry => Assert.NotNull(loaded.Find(entry.Address, Lane.Bulk, scene.Clock.GetUtcNow())));
    }

    [Fact]
    public async Task Without_storage_a_list_of_five_minutes_is_used_and_then_none()
    {
        await using var scene = await Scene.StartAsync(azurite);
        await scene.Book.PutAsync([scene.Entry("ada@example.com")], Cancellation);
        Assert.NotNull(await scene.FindAsync("ada@example.com"));
        scene.Storage.Outage = true;

        scene.Clock.Advance(SuppressionAges.Default.Usable - TimeSpan.FromTicks(1));
        Assert.NotNull(await scene.FindAsync("ada@example.com"));
        scene.Clock.Advance(TimeSpan.FromTicks(1));
        await Assert.ThrowsAnyAsync<Azure.RequestFailedException>(() => scene.FindAsync("ada@example.com"));
        scene.Storage.Outage = false;

        Assert.NotNull(await scene.FindAsync("ada@example.com"));
    }

    [Fact]
    public async Task A_list_unused_for_hours_is_reloaded_and_changes_are_kept_for_a_day()
    {
        await using var scene = await Scene.StartAsync(azurite);
        Assert.Null(await scene.FindAsync("ada@example.com"));
        await scene.Book.PutAsync([scene.Entry("ada@example.com")], Cancellation);
        scene.Clock.Advance(SuppressionChanges.KeptFor - TimeSpan.FromMinutes(1));
        await scene.Changes.CompactAsync(Cancellation);
        Assert.Equal(1, await scene.CountChangesAsync());
        scene.Clock.Advance(TimeSpan.FromMinutes(2));
        await scene.Changes.CompactAsync(Cancellation);
        Assert.Equal(0, await scene.CountChangesAsync());

        Assert.NotNull(await scene.FindAsync("ada@example.com"));
    }

    [Fact]
    public async Task An_entry_that_this_version_cannot_read_stops_its_address()
    {
        await using var scene = await Scene.StartAsync(azurite);
        var row = SuppressionMapping.ToEntity(scene.Entry("ada@example.com"));
        row["v"] = SuppressionMapping.Version + 1;
        row["reason"] = "something new";
        await scene.Clients.Table(StorageNames.SuppressionsTable).AddEntityAsync(row, Cancellation);

        Assert.Equal(Suppressed.Unreadable, await scene.FindAsync("ada@example.com"));
    }

    [Fact]
    public async Task Concurrent_lookups_that_need_a_newer_list_share_one_read()
    {
        await using var scene = await Scene.StartAsync(azurite);
        Assert.Null(await scene.FindAsync("ada@example.com"));
        scene.Clock.Advance(SuppressionAges.Default.Fresh);
        var asked = scene.Storage.Requests.Count;
        scene.Storage.Faults = _ => StorageFault.HoldBefore;

        var looks = Enumerable.Range(0, 20).Select(_ => scene.FindAsync("ada@example.com")).ToList();
        await scene.Storage.Held.WaitForAsync(_ => true, Cancellation);
        scene.Storage.Faults = _ => StorageFault.None;
        scene.Storage.Release();
        await Task.WhenAll(looks);

        Assert.Equal(1, scene.Storage.Requests.Count - asked);
    }

    private sealed class Scene : IAsyncDisposable
    {
        private Scene(StorageProxy storage, StorageClients clients, FakeTimeProvider clock)
        {
            (Storage, Clients, Clock) = (storage, clients, clock);
            Table = new SuppressionTable(clients, NullLogger<SuppressionTable>.Instance);
            Changes = new SuppressionChanges(clients, clock);
            Book = new SuppressionWriter(Table, Changes);
            List = NewList();
        }

        public StorageProxy Storage { get; }

        public StorageClients Clients { get; }

        public FakeTimeProvider Clock { get; }

        public SuppressionTable Table { get; }

        public SuppressionChanges Changes { get; }

        public SuppressionWriter Book { get; }

        public SuppressionList List { get; }

        public static async Task<Scene> StartAsync(AzuriteFixture azurite)
        {
            var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
            var clients = TestStorage.Open(storage.ConnectionString);
            foreach (var table in new[] { StorageNames.SuppressionsTable, StorageNames.SuppressionChangesTable })
                await clients.Table(table).CreateAsync(Cancellation);
            return new Scene(storage, clients, new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero)));
        }

        /// <summary>Another process.</summary>
        public SuppressionList NewList() => new(
            new SuppressionLoader(Table, Clock, NullLogger<SuppressionLoader>.Instance), new SuppressionChanges(Clients, Clock), SuppressionAges.Default, Clock, NullLogger<SuppressionList>.Instance);

        public SuppressionEntry Entry(string address) =>
            new(address, SuppressionReason.Bounce, SuppressionScope.All, Clock.GetUtcNow(), null, null);

        public async Task<Suppressed?> FindAsync(string mailbox) =>
            (await List.CurrentAsync(Cancellation)).Find(mailbox, Lane.Transactional, Clock.GetUtcNow());

        public async Task<int> CountChangesAsync() =>
            await Clients.Table(StorageNames.SuppressionChangesTable).QueryAsync<TableEntity>(cancellationToken: Cancellation).CountAsync(Cancellation);

        public ValueTask DisposeAsync() => Storage.DisposeAsync();
    }
}

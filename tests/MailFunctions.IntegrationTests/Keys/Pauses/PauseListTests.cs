using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Pauses;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Keys.Pauses;

/// <summary>What a process knows of pauses that others put: on a real table, with a clock that the tests hold.</summary>
public sealed class PauseListTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(4);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pause_by_another_process_holds_within_five_seconds_and_so_does_its_end()
    {
        await using var scene = await Scene.StartAsync(azurite);
        var (one, other) = (scene.NewList(), scene.NewList());
        Assert.Equal((0, 0), (await CountAsync(one), await CountAsync(other)));

        await scene.Table.PutAsync(scene.Bulk, Cancellation);
        one.Forget();
        Assert.Equal(1, await CountAsync(one));
        scene.Clock.Advance(Fresh - TimeSpan.FromTicks(1));
        Assert.Equal(0, await CountAsync(other));
        scene.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, await CountAsync(other));
        Assert.True(Fresh < PauseList.HoldsWithin);

        Assert.True(await scene.Table.RemoveAsync(scene.Bulk.Target, Cancellation));
        scene.Clock.Advance(Fresh);
        Assert.Equal((0, 0), (await CountAsync(one), await CountAsync(other)));
        Assert.False(await scene.Table.RemoveAsync(scene.Bulk.Target, Cancellation));
    }

    [Fact]
    public async Task Any_number_of_mails_costs_one_read_in_four_seconds()
    {
        await using var scene = await Scene.StartAsync(azurite);
        var list = scene.NewList();
        var asked = scene.Storage.Requests.Count;

        for (var second = 0; second < 8; second++)
        {
            for (var mail = 0; mail < 100; mail++)
                await CountAsync(list);
            scene.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(2, scene.Storage.Requests.Count - asked);
    }

    [Fact]
    public async Task Without_storage_what_was_known_stays_in_force_for_as_long_as_it_takes()
    {
        await using var scene = await Scene.StartAsync(azurite);
        await scene.Table.PutAsync(scene.Bulk, Cancellation);
        var (paused, free) = (scene.NewList(), scene.NewList());
        Assert.Equal(1, await CountAsync(paused));
        Assert.True(await scene.Table.RemoveAsync(scene.Bulk.Target, Cancellation));
        Assert.Equal(0, await CountAsync(free));
        await scene.Table.PutAsync(scene.Bulk, Cancellation);
        scene.Storage.Faults = _ => StorageFault.RefuseWith(403);

        for (var hours = 0; hours < 3; hours++)
        {
            scene.Clock.Advance(TimeSpan.FromHours(1));
            Assert.Equal((1, 0), (await CountAsync(paused), await CountAsync(free)));
        }

        scene.Storage.Faults = _ => StorageFault.None;
        scene.Clock.Advance(Fresh);
        Assert.Equal((1, 1), (await CountAsync(paused), await CountAsync(free)));
    }

    [Fact]
    public async Task A_read_that_hangs_keeps_a_mail_waiting_for_a_second_at_most()
    {
        await using var scene = await Scene.StartAsync(azurite);
        var list = scene.NewList();
        Assert.Equal(0, await CountAsync(list));
        scene.Clock.Advance(Fresh);
        scene.Storage.Faults = _ => StorageFault.HoldBefore;

        var waiting = CountAsync(list);
        await scene.Storage.Held.WaitForAsync(_ => true, Cancellation);
        Assert.False(waiting.IsCompleted);
        scene.Clock.Advance(PauseList.HoldsWithin - Fresh);
        Assert.Equal(0, await waiting);
        // The next mail does not wait for the same read again.
        Assert.Equal(0, await CountAsync(list));

        await scene.Behind.PutAsync(scene.Bulk, Cancellation);
        scene.Storage.Faults = _ => StorageFault.None;
        scene.Storage.Release();
        await Eventually.TrueAsync(async () => await CountAsync(list) == 1, "the pause");
    }

    [Fact]
    public async Task A_read_that_began_before_a_pause_of_this_process_is_not_believed()
    {
        await using var scene = await Scene.StartAsync(azurite);
        var list = scene.NewList();
        Assert.Equal(0, await CountAsync(list));
        scene.Clock.Advance(Fresh);
        scene.Storage.Faults = _ => StorageFault.HoldAfter;
        var late = CountAsync(list);
        var read = await scene.Storage.Held.WaitForAsync(_ => true, Cancellation);
        scene.Storage.Faults = _ => StorageFault.None;

        await scene.Table.PutAsync(scene.Bulk, Cancellation);
        list.Forget();
        scene.Storage.Release(read);
        Assert.Equal(0, await late);

        Assert.Equal(1, await CountAsync(list));
    }

    [Fact]
    public async Task At_a_start_without_storage_nothing_is_known_and_no_mail_may_be_sent()
    {
        await using var scene = await Scene.StartAsync(azurite);
        var list = scene.NewList();
        scene.Storage.Faults = _ => StorageFault.RefuseWith(403);

        await Assert.ThrowsAnyAsync<Azure.RequestFailedException>(() => CountAsync(list));
        scene.Storage.Faults = _ => StorageFault.None;
        scene.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, await CountAsync(list));
    }

    [Fact]
    public async Task A_pause_that_this_version_cannot_read_changes_none_of_the_others()
    {
        await using var scene = await Scene.StartAsync(azurite);
        await scene.Table.PutAsync(scene.Bulk, Cancellation);
        var row = scene.Bulk.ToEntity();
        (row.RowKey, row["kind"]) = ("planet-mars", "planet");
        await scene.Clients.Table(StorageNames.PausesTable).AddEntityAsync(row, Cancellation);

        Assert.Equal(1, await CountAsync(scene.NewList()));
    }

    [Fact]
    public async Task Without_the_table_nothing_can_have_been_paused()
    {
        await using var scene = await Scene.StartAsync(azurite);
        await scene.Clients.Table(StorageNames.PausesTable).DeleteAsync(Cancellation);

        Assert.Equal(0, await CountAsync(scene.NewList()));
    }

    private static async Task<int> CountAsync(PauseList list) => (await list.CurrentAsync(Cancellation)).Count;

    private sealed class Scene : IAsyncDisposable
    {
        private Scene(StorageProxy storage, StorageClients clients, PauseTable behind, FakeTimeProvider clock)
        {
            (Storage, Clients, Behind, Clock) = (storage, clients, behind, clock);
            Table = new PauseTable(clients, NullLogger<PauseTable>.Instance);
            Bulk = new Pause(new PauseTarget(PauseKind.Lane, LaneNames.Bulk), "A wrong newsletter.", "operator:command", clock.GetUtcNow(), null);
        }

        public StorageProxy Storage { get; }

        public StorageClients Clients { get; }

        public PauseTable Table { get; }

        /// <summary>The same table without the proxy.</summary>
        public PauseTable Behind { get; }

        public FakeTimeProvider Clock { get; }

        public Pause Bulk { get; }

        public static async Task<Scene> StartAsync(AzuriteFixture azurite)
        {
            var account = azurite.TakeAccount();
            var storage = await StorageProxy.StartAsync(account, Cancellation);
            var clients = TestStorage.Open(storage.ConnectionString);
            await clients.Table(StorageNames.PausesTable).CreateAsync(Cancellation);
            var behind = new PauseTable(TestStorage.Open(account), NullLogger<PauseTable>.Instance);
            return new Scene(storage, clients, behind, new FakeTimeProvider(new DateTimeOffset(2026, 12, 1, 9, 0, 0, TimeSpan.Zero)));
        }

        /// <summary>Another process.</summary>
        public PauseList NewList() => new(Table, Clock, NullLogger<PauseList>.Instance);

        public ValueTask DisposeAsync() => Storage.DisposeAsync();
    }
}

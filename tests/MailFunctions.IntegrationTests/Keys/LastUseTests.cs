using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Keys;

/// <summary>The time of the last use, which is written beside the calls.</summary>
public sealed class LastUseTests(AzuriteFixture azurite)
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(57));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_use_is_written_once_a_minute_over_all_instances()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        var (table, id) = await MakeKeyAsync(proxy);
        var instances = Enumerable.Range(0, 3).Select(_ => new LastUse(table, _clock)).ToList();

        for (var minute = 1; minute <= 3; minute++)
        {
            _clock.Advance(LastUse.NotedEvery);
            for (var second = 0; second < 12; second++)
            {
                // Each instance has read the key before the first of them writes, as it does in the worst case.
                var key = (await table.ReadAsync(id, Cancellation))!;
                await Task.WhenAll(instances.Select(instance => NoteAsync(instance, key)));
                _clock.Advance(TimeSpan.FromSeconds(4));
            }

            var noted = (await table.ReadAsync(id, Cancellation))!.LastUsedAt;
            Assert.Equal(_clock.GetUtcNow() - TimeSpan.FromSeconds(48), noted);
        }

        // Three that were carried out; the others found that the row had changed.
        Assert.Equal(3, proxy.Answers.Count(answer => IsNote(answer.Request) && answer.Status == 204));
    }

    [Fact]
    public async Task A_use_that_cannot_be_written_fails_and_delays_no_call()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var scene = await KeyScene.StartAsync(proxy.ConnectionString);
        var key = await scene.MakeKeyAsync(KeyRight.Read);
        proxy.Faults = request => IsNote(request) ? StorageFault.HoldBefore : StorageFault.None;

        Assert.Equal(200, (await scene.CallAsync("GET", "emails", key)).Status);
        Assert.Equal(200, (await scene.CallAsync("GET", "emails", key)).Status);
        Assert.Null((await scene.Administration.ListAsync(Cancellation)).Single().LastUsedAt);

        proxy.Faults = _ => StorageFault.None;
        proxy.Release();
        await Eventually.TrueAsync(async () => (await scene.Administration.ListAsync(Cancellation)).Single().LastUsedAt is not null, "the use noted");
    }

    private static bool IsNote(StorageRequest request) => request is { Name: StorageNames.ApiKeysTable, Verb: "merge" };

    private static async Task NoteAsync(LastUse instance, ApiKey key)
    {
        instance.Note(key);
        await instance.Latest;
    }

    private async Task<(ApiKeyTable Table, string Id)> MakeKeyAsync(StorageProxy proxy)
    {
        var storage = TestStorage.Open(proxy.ConnectionString);
        var table = new ApiKeyTable(storage, NullLogger<ApiKeyTable>.Instance);
        await table.CreateAsync(Cancellation);
        await storage.Table(StorageNames.AuditTable).CreateAsync(Cancellation);
        var key = await ApiKeysTests.Desk(storage, _clock).AddAsync(ApiKeysTests.Terms, Cancellation);
        return (table, key.Split('_')[1]);
    }
}

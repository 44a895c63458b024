using Azure.Data.Tables;
using MailFunctions.Intake.Idempotency;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>A request with an idempotency key, lost anywhere, comes again and makes one mail.</summary>
public sealed class KilledWhileAcceptingOnceTests(AzuriteFixture azurite)
{
    private static readonly Dictionary<string, Func<StorageRequest, bool>> Stops = new()
    {
        ["after the row of the key"] = Writes.IsKeyRow,
        ["after the queue message"] = request => Writes.IsLaneMessage(request, attempt: 1),
        ["after the ledger row"] = Writes.IsAccept,
        ["after the answer was kept"] = Writes.IsKeptAnswer,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Points => [.. Stops.Keys];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task The_same_request_again_gets_the_truth_and_the_mail_is_sent_once(string point)
    {
        await using var scene = await CrashScene.CreateAsync(azurite, TestSettings.PatientLease);
        // The kill is to meet the accept alone.
        scene.Delivers = false;
        await scene.LaunchAsync();
        scene.StopAfter(Stops[point]);

        var posting = scene.PostAsync(TestApp.Mail(), "k");
        await scene.KillAtStopAsync();
        Assert.Null(await posting);
        await EndLeasesAsync(scene.Behind);
        scene.Delivers = true;
        await scene.LaunchAsync();
        var id = await scene.PostAsync(TestApp.Mail(), "k");
        Assert.True(id is not null, scene.Said());
        Assert.Equal(id, await scene.PostAsync(TestApp.Mail(), "k"));
        await scene.UntilQuietAsync([id]);

        (await scene.AftermathAsync(id)).Require("sent", received: 1, attempts: 1, uncertain: 0);
        Assert.Single(scene.Relay.Mails);
        await scene.RequireStatisticsAsync(id);
    }

    /// <summary>As if the minute had gone by for which the lost request has its key.</summary>
    private static async Task EndLeasesAsync(StorageClients storage)
    {
        var table = storage.Table(StorageNames.IdempotencyTable);
        foreach (var row in await table.QueryAsync<TableEntity>(cancellationToken: Cancellation).Select(IdempotencyRow.FromEntity).ToListAsync(Cancellation))
            await table.UpsertEntityAsync((row with { LeaseUntil = TimeProvider.System.GetUtcNow() }).ToEntity(), TableUpdateMode.Replace, Cancellation);
    }
}

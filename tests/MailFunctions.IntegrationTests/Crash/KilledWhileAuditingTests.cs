using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>A process dies between the two rows of an audited call, or right after the first.</summary>
public sealed class KilledWhileAuditingTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData(StorageNames.AuditTable, false)]
    [InlineData(StorageNames.PausesTable, true)]
    public async Task A_call_without_a_second_row_reads_as_unknown_carried_out_or_not(string table, bool isCarriedOut)
    {
        await using var scene = await CrashScene.CreateAsync(azurite, TestSettings.PatientLease);
        await scene.LaunchAsync();
        scene.StopAfter(request => request.IsWrite && request.Name == table);

        var putting = scene.CallAsync(HttpMethod.Put, "pauses/lane/bulk", """{"reason":"A wrong newsletter"}""");
        await scene.KillAtStopAsync();
        Assert.Null(await putting);
        await scene.LaunchAsync();

        var entry = Assert.Single((await scene.CallAsync(HttpMethod.Get, "audit"))!.Value.Body.GetProperty("data").EnumerateArray());
        Assert.Equal(("PutPause", "unknown"), (entry.GetProperty("call").GetString(), entry.GetProperty("result").GetString()));
        Assert.Equal(isCarriedOut ? 1 : 0, (await scene.CallAsync(HttpMethod.Get, "pauses"))!.Value.Body.GetProperty("data").GetArrayLength());
    }
}

using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>Buckets are recomputed and replaced, so what a run leaves half done the next one completes.</summary>
public sealed class KilledWhileCompilingTests(AzuriteFixture azurite)
{
    private static readonly Dictionary<string, (Func<StorageRequest, bool> Write, int Nth)> Stops = new()
    {
        ["after the minute"] = (Writes.IsStatistics, 1),
        ["after the next transaction, of the minute or the hour"] = (Writes.IsStatistics, 2),
        ["after the one that follows, of the hour or the day"] = (Writes.IsStatistics, 3),
        ["after the first watermark"] = (Writes.IsProgress, 1),
        ["after a later watermark"] = (Writes.IsProgress, 3),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Points => [.. Stops.Keys];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task The_statistics_are_complete_after_the_next_run(string point)
    {
        await using var scene = await CrashScene.CreateAsync(azurite);
        string id;
        await using (var pipeline = await scene.PrepareAsync())
        {
            var mail = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
            await pipeline.DeliverUntilAsync(mail, Cancellation, EmailState.Sent);
            id = mail.ToString();
        }

        scene.StopAfter(Stops[point].Write, Stops[point].Nth);
        await scene.LaunchIntoStopAsync("CompileStatistics");
        await scene.LaunchAsync();

        await scene.RequireStatisticsAsync(id);
        (await scene.AftermathAsync(id)).Require("sent", received: 1, attempts: 1, uncertain: 0);
    }
}

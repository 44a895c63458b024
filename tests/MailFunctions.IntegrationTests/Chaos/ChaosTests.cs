using MailFunctions.Chaos;
using MailFunctions.IntegrationTests.Fixtures;

namespace MailFunctions.IntegrationTests.Chaos;

/// <summary>The short run of tests/MailFunctions.Chaos; CONTRIBUTING has the command of the long one.</summary>
[Collection(Alone.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int Seed = 20_261_123;

    [Fact]
    public async Task A_thousand_mails_survive_four_kills_two_stops_of_storage_and_a_relay_that_fails()
    {
        var report = await ChaosRun.RunAsync(new ChaosPlan { Seed = Seed, Mails = 1000, Kills = 4, StorageStops = 2 }, _ => { }, TestContext.Current.CancellationToken);

        var markdown = report.ToMarkdown();
        output.WriteLine(markdown);
        Assert.True(report.Broken.Count == 0, markdown);
        var round = Assert.Single(report.Rounds);
        Assert.All(round.RelayFaults.Values, count => Assert.InRange(count, 25, 200));
        Assert.NotEqual(0, round.Uncertainty.ByKill.Sum());
        Assert.NotEqual(0, round.Survivors.Duplicates);
    }
}

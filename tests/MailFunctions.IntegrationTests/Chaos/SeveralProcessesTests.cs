using MailFunctions.Chaos;

namespace MailFunctions.IntegrationTests.Chaos;

/// <summary>Three app processes on one storage, nothing else wrong: nobody gets anything twice, and the relay's limits hold.</summary>
/// <remarks>It waits for the rates most of its time, so other tests run beside it.</remarks>
public sealed class SeveralProcessesTests(ITestOutputHelper output)
{
    private static readonly ChaosPlan Plan = new()
    {
        Seed = 3,
        Mails = 300,
        Kills = 0,
        StorageStops = 0,
        Refused = 0,
        Stalled = 0,
        Dropped = 0,
        Processes = 3,
        MaxConnections = 12,
        PerSecond = 6,
        PerMinute = 300,
    };

    [Fact]
    public async Task Three_processes_send_every_mail_once_within_the_connections_and_the_rates_of_the_relay()
    {
        var report = await ChaosRun.RunAsync(Plan, _ => { }, TestContext.Current.CancellationToken);

        var markdown = report.ToMarkdown();
        output.WriteLine(markdown);
        Assert.True(report.Broken.Count == 0, markdown);
        var round = Assert.Single(report.Rounds);
        Assert.Equal((Plan.Mails, Plan.Mails, 0), (round.Promised, round.Accepted, round.Survivors.Duplicates));
        Assert.Equal((0, 0), (round.Uncertainty.ByRelay, round.Uncertainty.Others));
        // Two processes alone may not open so many, and so many mails need more than a minute: the limits were reached.
        Assert.InRange(round.MostConnections, (Plan.MaxConnections * 2 / 3) + 1, Plan.MaxConnections);
        Assert.InRange(round.MostInAMinute, Plan.PerMinute * 2 / 3, Plan.PerMinute + (Plan.PerMinute / 10));
        Assert.True(round.Duration > TimeSpan.FromMinutes(1), $"{round.Duration}");
    }
}

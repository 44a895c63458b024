using System.Text;
using MailFunctions.IntegrationTests.Fixtures;

namespace MailFunctions.IntegrationTests.Telemetry;

/// <summary>What the app tells about itself, to its console and to a collector, at every level of detail.</summary>
public sealed class NothingPrivateTests(AzuriteFixture azurite)
{
    /// <summary>One run for all that is looked for: it takes a while.</summary>
    [Fact]
    public async Task Logs_traces_metrics_and_health_hold_no_address_no_content_and_no_secret()
    {
        await using var run = await PlantedRun.StartAsync(azurite);

        await run.RunAsync();

        var collector = run.Scene.Collector;
        Assert.Contains(run.Scene.Relay.Exchanges, exchange => exchange.Secret == PlantedRun.Password);
        Assert.Contains(collector.Spans, span => span.Name == "attempt");
        Assert.Contains(collector.Points, point => point.Metric == "mailfunctions.attempts");
        Assert.Contains(collector.Logs, log => log.Category.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) && log.Severity < 9);
        Assert.Contains(collector.Logs, log => log.Body.StartsWith("Accepted ", StringComparison.Ordinal));

        var said = run.Scene.App.Output.AsEnumerable().Append(run.Health)
            .Concat(collector.Spans.Select(span => $"span {span.Name} {string.Join(' ', span.Attributes)}"))
            .Concat(collector.Points.Select(point => $"metric {point.Metric} {string.Join(' ', point.Attributes)}"))
            .Concat(collector.Logs.Select(log => $"log {log.Category} {log.Body} {string.Join(' ', log.Attributes)}"))
            .Distinct()
            .ToList();
        foreach (var secret in Secrets(run))
        {
            // Together, so that a failure shows each.
            var telling = said.Where(text => text.Contains(secret, StringComparison.OrdinalIgnoreCase)).ToList();
            Assert.True(telling.Count == 0, string.Join((char)10, telling));
            // What the reader of this test does not know of OTLP is in here.
            Assert.DoesNotContain(secret, collector.Everything, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static IEnumerable<string> Secrets(PlantedRun run) =>
    [
        PlantedRun.Mark,
        // The secret and the check behind the id.
        run.ApiKey.Split('_', 3)[2],
        run.Scene.Storage.Split(';').Single(part => part.StartsWith("AccountKey=", StringComparison.Ordinal))["AccountKey=".Length..],
        Base64($"\0{PlantedRun.Mark}-user\0{PlantedRun.Password}"),
        Base64($"user={PlantedRun.Mark}-mailbox@example.com\u0001auth=Bearer {PlantedRun.Token}\u0001\u0001"),
        Base64(PlantedRun.Mark),
    ];

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}

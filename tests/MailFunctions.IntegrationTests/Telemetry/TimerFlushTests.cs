using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Telemetry;

namespace MailFunctions.IntegrationTests.Telemetry;

/// <summary>An instance may be gone soon after its timer ran: what the run told is exported before it ends.</summary>
public sealed class TimerFlushTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Dispatch", MetricNames.OldestWaiting)]
    [InlineData("Dispatch", MetricNames.Held)]
    [InlineData("Dispatch", MetricNames.DeadLetters)]
    [InlineData("CompileStatistics", MetricNames.StatisticsLag)]
    public async Task A_run_by_call_exports_its_gauges_though_no_export_is_due(string timer, string gauge)
    {
        await using var scene = await StartAsync(timer);

        using var answer = await scene.Client.PostAsync(new Uri($"api/timers/{timer}/run", UriKind.Relative), null, Cancellation);

        answer.EnsureSuccessStatusCode();
        Assert.Contains(scene.Collector.Points, point => point.Metric == gauge);
    }

    [Fact]
    public async Task A_run_by_schedule_exports_its_gauges_too()
    {
        await using var scene = await StartAsync(disabled: "CompileStatistics");

        using var answer = await scene.Client.PostAsync(new Uri("admin/functions/Dispatch", UriKind.Relative), null, Cancellation);

        answer.EnsureSuccessStatusCode();
        await Eventually.ComesAsync(scene.Collector.Points.WaitForAsync(point => point.Metric == MetricNames.OldestWaiting, Cancellation), MetricNames.OldestWaiting);
    }

    /// <param name="disabled">A timer whose schedule must not run it at the same time.</param>
    private Task<TelemetryScene> StartAsync(string disabled) => TelemetryScene.StartAsync(
        azurite, _ => [("OTEL_METRIC_EXPORT_INTERVAL", "3600000"), ($"AzureWebJobs:{disabled}:Disabled", "true")]);
}

using System.Diagnostics.Metrics;
using MailFunctions.Exporters;
using MailFunctions.Tests.Docs;
using OpenTelemetry.Metrics;

namespace MailFunctions.Tests.Exporters;

public sealed class RuntimeMetricsTests
{
    [Theory]
    [InlineData("System.Net.Http", "http.client.request.duration", false)]
    [InlineData("System.Net.Http", "http.client.open_connections", true)]
    [InlineData("System.Runtime", "dotnet.jit.compilation.time", true)]
    [InlineData("MailFunctions", "anything", false)]
    public void Of_the_runtimes_metrics_only_the_chosen_are_exported(string meterName, string name, bool isDropped)
    {
        using var meter = new Meter(meterName);

        Assert.Equal(isDropped, RuntimeMetrics.Choose(meter.CreateCounter<int>(name)) == MetricStreamConfiguration.Drop);
    }

    [Fact]
    public void The_chosen_ones_are_documented()
    {
        var document = RepositoryFile.Read("docs/telemetry.md");

        Assert.All(RuntimeMetrics.Chosen, name => Assert.Contains($"`{name}`", document, StringComparison.Ordinal));
    }
}

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
    public void Runtime_metrics_are_exported_only_if_chosen(string meterName, string name, bool isDropped)
    {
        using var meter = new Meter(meterName);

        Assert.Equal(isDropped, RuntimeMetrics.Choose(meter.CreateCounter<int>(name)) == MetricStreamConfiguration.Drop);
    }

    [Fact]
    public void Chosen_runtime_metrics_are_documented()
    {
        var document = RepositoryFile.Read("docs/telemetry.md");

        Assert.All(RuntimeMetrics.Chosen, name => Assert.Contains($"`{name}`", document, StringComparison.Ordinal));
    }
}

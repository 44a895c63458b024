using Azure.Monitor.OpenTelemetry.Exporter;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MailFunctions.Exporters;

public static class TelemetryRegistration
{
    /// <summary>
    /// Exports traces, metrics and logs: by OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, to Azure Monitor when
    /// <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> is, to both when both are.
    /// </summary>
    /// <returns>For what a host adds; null when there is no exporter, and so nobody who listens.</returns>
    /// <exception cref="OptionsValidationException">A setting cannot be used; the sentence says which.</exception>
    public static OpenTelemetryBuilder? AddMailFunctionsTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var settings = ExporterSettings.Read(configuration);
        if (settings is { Otlp: false, AzureMonitor: null })
            return null;

        var builder = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                settings.ServiceName, serviceVersion: typeof(TelemetryNames).Assembly.GetName().Version?.ToString(3)))
            .WithTracing(traces => traces
                .AddSource(TelemetryNames.Source)
                .AddAspNetCoreInstrumentation(requests => requests.RecordException = false)
                // Before the exporters, which see what it leaves.
                .AddProcessor(new RequestSpanFilter()))
            .WithMetrics(metrics => metrics.AddMeter([TelemetryNames.Source, .. RuntimeMetrics.Meters]).AddView(RuntimeMetrics.Choose))
            .WithLogging(configureBuilder: null, logs => logs.IncludeFormattedMessage = true);
        if (settings.Otlp)
            builder.UseOtlpExporter();
        if (settings.AzureMonitor is { } monitor)
        {
            builder
                .WithTracing(traces => traces.AddAzureMonitorTraceExporter(monitor.Apply))
                .WithMetrics(metrics => metrics.AddAzureMonitorMetricExporter(monitor.Apply))
                .WithLogging(logs => logs.AddAzureMonitorLogExporter(monitor.Apply));
        }

        return builder;
    }
}

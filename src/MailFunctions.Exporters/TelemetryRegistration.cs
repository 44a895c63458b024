using Azure.Monitor.OpenTelemetry.Exporter;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
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
    /// <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c> is, to both when both are. Without an exporter nothing is collected.
    /// </summary>
    /// <param name="addHost">
    /// Adds the host's own instrumentation, if there is an exporter. The service's name, the sampler and the
    /// filters of this app win over it.
    /// </param>
    /// <exception cref="OptionsValidationException">A setting cannot be used; the sentence says which.</exception>
    public static IServiceCollection AddMailFunctionsTelemetry(this IServiceCollection services, IConfiguration configuration, Action<OpenTelemetryBuilder>? addHost = null)
    {
        var settings = ExporterSettings.Read(configuration);
        if (settings.Unresolved.Count > 0)
            services.AddSingleton<IHostedService>(provider => new UnresolvedExporters(settings.Unresolved, provider.GetRequiredService<ILogger<UnresolvedExporters>>()));
        if (settings is { Otlp: false, AzureMonitor: null })
            return services;

        var builder = services.AddOpenTelemetry();
        addHost?.Invoke(builder);
        builder
            .ConfigureResource(resource => resource.AddService(
                settings.ServiceName, serviceVersion: typeof(TelemetryNames).Assembly.GetName().Version?.ToString(3)))
            .WithTracing(traces => traces
                .AddSource(TelemetryNames.Source)
                .AddAspNetCoreInstrumentation(requests => requests.RecordException = false)
                // Before the exporters, so that they get the filtered spans.
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

        // After the exporter that sets its own.
        if (settings.Sampler is { } sampler)
            services.ConfigureOpenTelemetryTracerProvider((_, traces) => traces.SetSampler(sampler));
        services.AddSingleton<TelemetryFlush>(provider => new MetricFlush(provider.GetRequiredService<MeterProvider>()).FlushAsync);
        return services;
    }
}

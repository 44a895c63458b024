using MailFunctions.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;

namespace MailFunctions.Exporters;

/// <summary>The destinations of telemetry, by the settings that OpenTelemetry and Azure define for them.</summary>
internal sealed record ExporterSettings
{
    public const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string ConnectionString = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    public const string Authentication = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    public const string Name = "OTEL_SERVICE_NAME";

    /// <summary>The name of the function app, set by Azure.</summary>
    public const string SiteName = "WEBSITE_SITE_NAME";

    /// <summary>Settings that may hold a secret; while one of them is unresolved the exporter cannot work.</summary>
    private static readonly string[] OfOtlp =
    [
        OtlpEndpoint, "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_METRICS_HEADERS", "OTEL_EXPORTER_OTLP_LOGS_HEADERS",
    ];

    private static readonly string[] OfAzureMonitor = [ConnectionString, Authentication];

    /// <summary>OTLP is used; the exporter itself reads the endpoint and all other <c>OTEL_EXPORTER_OTLP_…</c>.</summary>
    public required bool Otlp { get; init; }

    /// <summary>Null when it is not configured.</summary>
    public AzureMonitor? AzureMonitor { get; init; }

    public required string ServiceName { get; init; }

    /// <summary>Null: all traces, or the choice of Azure Monitor's exporter for its own sampler names.</summary>
    public Sampler? Sampler { get; init; }

    /// <summary>Settings with references to secrets that the platform did not resolve: the exporters that need them are left out.</summary>
    public required IReadOnlyList<string> Unresolved { get; init; }

    /// <exception cref="OptionsValidationException">A setting cannot be used.</exception>
    public static ExporterSettings Read(IConfiguration configuration)
    {
        string[] all = [.. OfOtlp, .. OfAzureMonitor];
        if (Array.Find(all, name => SecretReference.IsOfAzd(configuration[name])) is { } address)
            throw Refused($"{address} {SecretReference.AzdCure}");
        var unresolved = all.Where(name => SecretReference.IsUnresolved(configuration[name])).ToList();

        var endpoint = unresolved.Intersect(OfOtlp).Any() ? null : Text(OtlpEndpoint);
        if (endpoint is not null && !Uri.TryCreate(endpoint, UriKind.Absolute, out _))
            throw Refused($"{OtlpEndpoint} must be an absolute URL, such as http://localhost:4317.");
        var connection = unresolved.Intersect(OfAzureMonitor).Any() ? null : Text(ConnectionString);
        var sampler = TraceSampler.Read(Text(TraceSampler.Setting), Text(TraceSampler.Argument));
        return new ExporterSettings
        {
            Otlp = endpoint is not null,
            AzureMonitor = connection is null
                ? null
                : AzureMonitor.Read(connection, Text(Authentication)) with { KeepsAll = sampler is not null || Text(TraceSampler.Setting) is null },
            ServiceName = Text(Name) ?? Text(SiteName) ?? "mailfunctions",
            Sampler = sampler,
            Unresolved = unresolved,
        };

        string? Text(string name) => configuration[name] is { Length: > 0 } text ? text : null;
    }

    /// <param name="sentence">A sentence without the value, which may be a key.</param>
    public static OptionsValidationException Refused(string sentence) => new(nameof(ExporterSettings), typeof(ExporterSettings), [sentence]);
}

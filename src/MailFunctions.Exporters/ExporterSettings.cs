using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MailFunctions.Exporters;

/// <summary>Where telemetry goes, by the settings that OpenTelemetry and Azure name for it.</summary>
internal sealed record ExporterSettings
{
    public const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    public const string ConnectionString = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    public const string Authentication = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    public const string Name = "OTEL_SERVICE_NAME";
    public const string Sampler = "OTEL_TRACES_SAMPLER";

    /// <summary>Set by Azure: the name of the function app.</summary>
    public const string SiteName = "WEBSITE_SITE_NAME";

    /// <summary>The exporter itself reads the endpoint and all other <c>OTEL_EXPORTER_OTLP_…</c>.</summary>
    public required bool Otlp { get; init; }

    /// <summary>Null: not there.</summary>
    public AzureMonitor? AzureMonitor { get; init; }

    public required string ServiceName { get; init; }

    /// <exception cref="OptionsValidationException">A setting cannot be used.</exception>
    public static ExporterSettings Read(IConfiguration configuration)
    {
        var endpoint = Text(OtlpEndpoint);
        if (endpoint is not null && !Uri.TryCreate(endpoint, UriKind.Absolute, out _))
            throw Refused($"{OtlpEndpoint} must be an absolute URL, such as http://localhost:4317.");
        return new ExporterSettings
        {
            Otlp = endpoint is not null,
            AzureMonitor = Text(ConnectionString) is { } connection ? AzureMonitor.Read(connection, Text(Authentication)) with { KeepsAll = Text(Sampler) is null } : null,
            ServiceName = Text(Name) ?? Text(SiteName) ?? "mailfunctions",
        };

        string? Text(string name) => configuration[name] is { Length: > 0 } text ? text : null;
    }

    /// <param name="sentence">Without the value: it may be a key.</param>
    public static OptionsValidationException Refused(string sentence) => new(nameof(ExporterSettings), typeof(ExporterSettings), [sentence]);
}

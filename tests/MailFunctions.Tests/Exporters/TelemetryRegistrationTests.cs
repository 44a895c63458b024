using Azure.Identity;
using MailFunctions.Exporters;
using MailFunctions.TestPeers.App;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MailFunctions.Tests.Exporters;

public sealed class TelemetryRegistrationTests
{
    private const string Connection = "InstrumentationKey=11111111-1111-1111-1111-111111111111;IngestionEndpoint=http://127.0.0.1:9/";

    [Fact]
    public void No_service_is_registered_without_an_exporter()
    {
        var services = new ServiceCollection();

        services.AddMailFunctionsTelemetry(Settings(), _ => Assert.Fail("There is nothing that a host could add to."));

        Assert.Empty(services);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", Connection)]
    public void One_setting_switches_traces_metrics_and_logs_on(string name, string value)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(Settings((name, value)));

        services.AddMailFunctionsTelemetry(Settings((name, value)));

        using var provider = services.BuildServiceProvider();
        Assert.NotNull(provider.GetService<TracerProvider>());
        Assert.NotNull(provider.GetService<MeterProvider>());
        Assert.NotNull(provider.GetService<LoggerProvider>());
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "no-url-with-a-key-in-it")]
    [InlineData("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "a-key=that-is-not-to-be-told")]
    public void A_setting_that_cannot_be_used_is_named_and_not_quoted(string name, string value)
    {
        var settings = Settings((ExporterSettings.ConnectionString, Connection), (name, value));

        var refused = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddMailFunctionsTelemetry(settings));

        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization=AAD")]
    [InlineData("ClientId=11111111-1111-1111-1111-111111111111;Authorization=AAD")]
    [InlineData("authorization=aad; clientid=11111111-1111-1111-1111-111111111111;")]
    public void Azure_Monitor_is_asked_as_the_managed_identity_that_the_setting_names(string authentication) =>
        Assert.IsType<ManagedIdentityCredential>(AzureMonitor.Read(Connection, authentication).Credential);

    [Fact]
    public void Without_authentication_the_connection_string_is_enough() => Assert.Null(AzureMonitor.Read(Connection, authentication: null).Credential);

    [Theory]
    [InlineData("mails", "app", "mails")]
    [InlineData(null, "app", "app")]
    [InlineData(null, null, "mailfunctions")]
    public void The_service_name_is_the_configured_one_or_that_of_the_function_app(string? name, string? site, string expected) =>
        Assert.Equal(expected, ExporterSettings.Read(Settings((ExporterSettings.Name, name), (ExporterSettings.SiteName, site))).ServiceName);

    /// <summary>As the defaults of the Functions worker do, which name the service after the site or themselves.</summary>
    [Fact]
    public void The_service_name_of_a_host_does_not_override_ours()
    {
        var settings = Settings((ExporterSettings.ConnectionString, Connection));
        var services = new ServiceCollection().AddSingleton(settings);
        services.AddMailFunctionsTelemetry(settings, telemetry => telemetry.ConfigureResource(resource => resource.AddService("dotnetiso", serviceVersion: "0:0:0")));
        using var provider = services.BuildServiceProvider();

        var resource = provider.GetRequiredService<TracerProvider>().GetResource().Attributes.ToDictionary();

        Assert.Equal("mailfunctions", resource["service.name"]);
        Assert.Matches(@"^\d+\.\d+\.\d+$", (string)resource["service.version"]);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "akvs://s/kv/otlp")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "api-key=akvs://s/kv/otlp")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_HEADERS", " AKVS://s/kv/otlp")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "akvs://s/kv/insights")]
    public void An_address_of_azd_is_refused_and_named(string name, string value)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddMailFunctionsTelemetry(Settings((name, value))));

        Assert.StartsWith($"{name} is an akvs:// address", Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    /// <summary>An exporter without its key would be refused with each request; the app goes on, and says so.</summary>
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", false, true)]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", false, true)]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS", false, true)]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", true, false)]
    [InlineData("APPLICATIONINSIGHTS_AUTHENTICATION_STRING", true, false)]
    public void An_exporter_whose_secret_was_not_resolved_is_left_out_and_named(string name, bool otlp, bool azureMonitor)
    {
        var all = new Dictionary<string, string?> { [ExporterSettings.OtlpEndpoint] = "http://127.0.0.1:9", [ExporterSettings.ConnectionString] = Connection, [name] = "x=@Microsoft.KeyVault(VaultName=kv;SecretName=s)" };

        var settings = ExporterSettings.Read(Settings(all.Select(pair => (pair.Key, pair.Value))));

        Assert.Equal((otlp, azureMonitor), (settings.Otlp, settings.AzureMonitor is not null));
        Assert.Equal([name], settings.Unresolved);
    }

    private static IConfiguration Settings(params IEnumerable<(string Key, string? Value)> settings) =>
        TestSettings.Configuration(settings);
}

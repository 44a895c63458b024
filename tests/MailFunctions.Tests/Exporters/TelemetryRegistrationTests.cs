using Azure.Identity;
using MailFunctions.Exporters;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace MailFunctions.Tests.Exporters;

public sealed class TelemetryRegistrationTests
{
    private const string Connection = "InstrumentationKey=11111111-1111-1111-1111-111111111111;IngestionEndpoint=http://127.0.0.1:9/";

    [Fact]
    public void Where_no_exporter_is_set_nothing_is_registered()
    {
        var services = new ServiceCollection();

        Assert.Null(services.AddMailFunctionsTelemetry(Settings()));

        Assert.Empty(services);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", Connection)]
    public void One_setting_switches_traces_metrics_and_logs_on(string name, string value)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(Settings((name, value)));

        Assert.NotNull(services.AddMailFunctionsTelemetry(Settings((name, value))));

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
    public void The_service_is_called_as_it_is_told_or_as_the_function_app(string? name, string? site, string expected) =>
        Assert.Equal(expected, ExporterSettings.Read(Settings((ExporterSettings.Name, name), (ExporterSettings.SiteName, site))).ServiceName);

    private static IConfiguration Settings(params IEnumerable<(string Key, string? Value)> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => setting.Value)).Build();
}

using System.Diagnostics;
using System.Reflection;
using MailFunctions.Exporters;
using MailFunctions.Tests.Infra;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;

namespace MailFunctions.Tests.Exporters;

/// <summary>What the sampler that the deployment names does in the app.</summary>
public sealed class DeployedSamplerTests
{
    private const int Traces = 20_000;

    [Theory]
    [InlineData("main", 0.05)]
    [InlineData("extras", 1)]
    public void The_deployed_sampler_keeps_the_configured_share_of_traces(string variant, double ratio)
    {
        var settings = Deployment.Of(variant).SettingsOfApp();
        settings[ExporterSettings.ConnectionString] = "InstrumentationKey=11111111-1111-1111-1111-111111111111;IngestionEndpoint=http://127.0.0.1:9/";
        settings.Remove(ExporterSettings.Authentication);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddMailFunctionsTelemetry(configuration);
        using var provider = services.BuildServiceProvider();

        var sampler = SamplerOf(provider.GetRequiredService<TracerProvider>());
        var kept = Enumerable.Range(0, Traces).Count(_ => Keeps(sampler));

        Assert.InRange(kept / (double)Traces, ratio * 0.8, ratio * 1.2);
    }

    private static bool Keeps(Sampler sampler) =>
        sampler.ShouldSample(new SamplingParameters(default, ActivityTraceId.CreateRandom(), "attempt", ActivityKind.Internal)).Decision == SamplingDecision.RecordAndSample;

    /// <summary>It is not public. Spans would tell as much, but other tests of this process may listen to them, too.</summary>
    private static Sampler SamplerOf(TracerProvider provider) =>
        (Sampler)provider.GetType().GetProperty("Sampler", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(provider)!;
}

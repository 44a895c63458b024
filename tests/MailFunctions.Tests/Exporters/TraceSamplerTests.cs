using System.Diagnostics;
using MailFunctions.Exporters;
using MailFunctions.TestPeers.App;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Trace;

namespace MailFunctions.Tests.Exporters;

/// <summary>The worker keeps the traces that the standard variables of OpenTelemetry name, whatever the exporter.</summary>
public sealed class TraceSamplerTests
{
    private const int Traces = 2_000;

    private static readonly (string, string?)[] Otlp = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")];

    private static readonly (string, string?)[] Azure =
        [("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=11111111-1111-1111-1111-111111111111;IngestionEndpoint=http://127.0.0.1:9/")];

    /// <summary>Sampler, argument, and how many of 2,000 traces it keeps; a share give or take eight standard deviations.</summary>
    public static TheoryData<string?, string?, int, int> Roots => new()
    {
        { null, null, Traces, Traces },
        { "always_on", null, Traces, Traces },
        { "always_off", null, 0, 0 },
        { "traceidratio", "0.25", 345, 655 },
        { "parentbased_always_on", null, Traces, Traces },
        { "parentbased_always_off", null, 0, 0 },
        { "parentbased_traceidratio", "0.25", 345, 655 },
        { "parentbased_traceidratio", "0", 0, 0 },
        { "parentbased_traceidratio", null, Traces, Traces },
        { "PARENTBASED_TRACEIDRATIO", "1.0", Traces, Traces },
    };

    [Theory]
    [MemberData(nameof(Roots))]
    public void The_sampler_variable_is_obeyed_with_OTLP(string? name, string? argument, int least, int most) => Assert.InRange(Kept(Otlp, name, argument, parent: default), least, most);

    /// <summary>Whose exporter brings a sampler of its own, which knows other names.</summary>
    [Theory]
    [MemberData(nameof(Roots))]
    public void The_sampler_variable_is_obeyed_with_Azure_Monitor(string? name, string? argument, int least, int most) => Assert.InRange(Kept(Azure, name, argument, parent: default), least, most);

    [Fact]
    public void The_names_of_Azure_Monitor_are_obeyed_by_its_exporter() => Assert.InRange(Kept(Azure, "microsoft.fixed_percentage", "0.25", parent: default), 345, 655);

    /// <summary>What was decided at the request holds for what comes over the queue, so that a mail's tree is whole or not there.</summary>
    [Theory]
    [InlineData(ActivityTraceFlags.Recorded, Traces)]
    [InlineData(ActivityTraceFlags.None, 0)]
    public void A_parents_sampling_decision_is_kept(ActivityTraceFlags flags, int kept)
    {
        var parent = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), flags, isRemote: true);

        Assert.Equal(kept, Kept(Azure, "parentbased_traceidratio", "0.5", parent));
    }

    [Theory]
    [InlineData("sometimes", null, "OTEL_TRACES_SAMPLER takes always_on, ")]
    [InlineData("traceidratio", "5", "OTEL_TRACES_SAMPLER_ARG takes a number from 0 to 1")]
    [InlineData("parentbased_traceidratio", "a twentieth", "OTEL_TRACES_SAMPLER_ARG takes a number from 0 to 1")]
    public void An_invalid_sampler_stops_the_start_and_the_message_lists_valid_ones(string name, string? argument, string sentence) =>
        Assert.StartsWith(sentence, Assert.Single(Assert.Throws<OptionsValidationException>(() => Kept(Otlp, name, argument, parent: default)).Failures), StringComparison.Ordinal);

    private static int Kept((string, string?)[] exporter, string? name, string? argument, ActivityContext parent)
    {
        var configuration = TestSettings.Configuration([.. exporter, ("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", argument)]);
        // A source that nobody else in this process listens to.
        using var source = new ActivitySource(Guid.NewGuid().ToString());
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddMailFunctionsTelemetry(configuration);
        services.ConfigureOpenTelemetryTracerProvider((_, traces) => traces.AddSource(source.Name));
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<TracerProvider>();
        Activity.Current = null;

        var kept = 0;
        for (var i = 0; i < Traces; i++)
        {
            using var activity = source.StartActivity("trace", ActivityKind.Server, parent);
            kept += activity?.Recorded == true ? 1 : 0;
        }

        return kept;
    }
}

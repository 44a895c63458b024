using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.RegularExpressions;
using MailFunctions.Smtp.Relays;
using MailFunctions.Telemetry;
using MailFunctions.TestPeers.App;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.Tests.Docs;

/// <summary>docs/telemetry.md against what the code makes. Which attributes each metric has is compared in a run: MetricTests.</summary>
public sealed partial class TelemetryDocumentTests
{
    private static readonly string Document = RepositoryFile.Read("docs/telemetry.md");

    [Fact]
    public async Task Every_metric_is_documented_with_its_unit_and_its_kind_and_none_beyond() =>
        Assert.Equal(
            (await MadeAsync()).Order(StringComparer.Ordinal),
            RepositoryFile.TableRows(Document, "Metrics").Select(row => $"{row[0].Trim('`')} {row[1].Trim('`')} {row[2]}").Order(StringComparer.Ordinal));

    [Fact]
    public void Every_span_is_documented_and_none_beyond() =>
        Assert.Equal(
            [.. Constants(typeof(SpanNames)).Where(name => name is not SpanNames.Smtp).Select(WithQueue), .. Constants(typeof(SmtpStageNames)).Select(stage => $"{SpanNames.Smtp} {stage}")],
            RepositoryFile.TableRows(Document, "Spans").Select(row => row[0].Trim('`')));

    [Fact]
    public void Every_attribute_is_documented_and_none_beyond()
    {
        var metrics = Constants(typeof(MetricNames));
        var documented = Word().Matches(Document).Select(match => match.Groups[1].Value).Distinct().Except(metrics);

        Assert.Equal(Constants(typeof(AttributeNames)).Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    private static string WithQueue(string name) => name is SpanNames.Attempt ? name : $"{name} <queue>";

    private static async Task<List<string>> MadeAsync()
    {
        var configuration = TestSettings.Configuration((TestSettings.Storage, "UseDevelopmentStorage=true"), (TestSettings.Relay("Url"), TestSettings.NoRelay));
        await using var provider = new ServiceCollection().AddLogging().AddMailFunctions(configuration).BuildServiceProvider();
        var made = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Scope == provider.GetRequiredService<IMeterFactory>())
                    made.Add($"{instrument.Name} {instrument.Unit} {KindOf(instrument)}");
            },
        };
        provider.GetRequiredService<Levels>();
        var router = provider.GetRequiredService<RelayRouter>();
        listener.Start();
        Assert.Single(router.Lines);
        return made;
    }

    private static string KindOf(Instrument instrument) =>
        instrument.GetType().Name.Split('`')[0].Replace("Observable", "", StringComparison.Ordinal).ToLowerInvariant();

    private static List<string> Constants(Type type) =>
        [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!)];

    /// <summary>A word in code marks of a namespace that attributes are in.</summary>
    [GeneratedRegex(@"`((mailfunctions|messaging|error|server)\.[a-z_.]+[a-z])`")]
    private static partial Regex Word();
}

using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Telemetry;
using MailFunctions.TestPeers.Otlp;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.Tests.Docs;

namespace MailFunctions.IntegrationTests.Telemetry;

/// <summary>The metrics of a run, as a collector gets them, are those that docs/telemetry.md lists.</summary>
public sealed class MetricTests(AzuriteFixture azurite)
{
    private static readonly object[] Mails =
    [
        new { from = "shop@example.org", to = new[] { "ada@gmail.com", "bob@example.com", "nobody@hotmail.co.uk" }, subject = "Hello", text = "Hello you" },
        new { from = "shop@example.org", to = new[] { "eve@gmail.com" }, subject = "News", text = "News for you", lane = "bulk" },
    ];

    /// <summary>Deferred by the relay, which does not get its content.</summary>
    private static readonly object Deferred = new { from = "shop@example.org", to = new[] { "later@example.com" }, subject = "Later", text = "Later", lane = "bulk" };

    [Fact]
    public async Task Every_documented_metric_is_exported_with_its_unit_its_kind_and_its_attributes()
    {
        await using var scene = await TelemetryScene.StartAsync(azurite);
        scene.Relay.Script = Replies;

        foreach (var mail in Mails.Append(Deferred))
            await scene.PostAsync("api/emails", mail);
        await scene.PostAsync("api/keyed/emails", Mails[0], await scene.MakeKeyAsync());
        await scene.Relay.WaitForMailsAsync(Mails.Length, TestContext.Current.CancellationToken);
        foreach (var timer in (string[])["Dispatch", "CompileStatistics"])
            (await scene.Client.PostAsync(new Uri($"admin/functions/{timer}", UriKind.Relative), null, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        var documented = Documented();
        await Eventually.NothingIsMissingAsync(
            () => Task.FromResult(documented.Except(Exported(scene)).FirstOrDefault() is { Length: > 0 } missing ? $"not exported as documented: {missing}" : null),
            () => Task.FromResult(string.Join('\n', Exported(scene))));
        Assert.Empty(Exported(scene).Except(documented));
    }

    [Fact]
    public async Task Counters_have_dimensions_for_lane_outcome_and_domain_class()
    {
        await using var scene = await TelemetryScene.StartAsync(azurite);
        scene.Relay.Script = Replies;

        foreach (var mail in Mails)
            await scene.PostAsync("api/emails", mail);

        await ReachesAsync(scene, MetricNames.Accepted, 1, "lane=transactional");
        await ReachesAsync(scene, MetricNames.Accepted, 1, "lane=bulk");
        await ReachesAsync(scene, MetricNames.Ended, 1, "lane=transactional state=partial");
        await ReachesAsync(scene, MetricNames.Ended, 1, "lane=bulk state=sent");
        await ReachesAsync(scene, MetricNames.Attempts, 1, "domain_class=gmail lane=transactional outcome=sent relay=relay");
        await ReachesAsync(scene, MetricNames.Attempts, 1, "domain_class=other lane=transactional outcome=sent relay=relay");
        await ReachesAsync(scene, MetricNames.Attempts, 1, "domain_class=microsoft lane=transactional outcome=rejected relay=relay");
        await ReachesAsync(scene, MetricNames.Attempts, 1, "domain_class=gmail lane=bulk outcome=sent relay=relay");
        await ReachesAsync(scene, MetricNames.BreakerOpen, 0, "relay=relay");
    }

    [Fact]
    public async Task A_deferral_is_counted_with_what_the_mail_waits_for()
    {
        await using var scene = await TelemetryScene.StartAsync(azurite);
        scene.Relay.Script = Replies;

        await scene.PostAsync("api/emails", Deferred);

        await ReachesAsync(scene, MetricNames.Attempts, 1, "domain_class=other lane=bulk outcome=deferred relay=relay");
        await ReachesAsync(scene, MetricNames.Deferred, 1, "lane=bulk wait_reason=deferred_by_reply");
    }

    private static SmtpAction? Replies(SmtpExchange exchange) => exchange switch
    {
        { Verb: "RCPT", LocalPart: "nobody" } => SmtpAction.Reply("550 5.1.1 Unknown"),
        { Verb: "RCPT", LocalPart: "later" } => SmtpAction.Reply("450 4.2.0 Later"),
        _ => null,
    };

    /// <param name="attributes">Without the prefix, in the order of their names.</param>
    private static async Task ReachesAsync(TelemetryScene scene, string metric, double value, string attributes)
    {
        var point = await Eventually.ComesAsync(
            scene.Collector.Points.WaitForAsync(point => point.Metric == metric && Text(point) == attributes, TestContext.Current.CancellationToken), $"{metric} {attributes}");
        Assert.Equal(value, point.Value);
    }

    private static string Text(OtlpPoint point) =>
        string.Join(' ', point.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key.Replace("mailfunctions.", "", StringComparison.Ordinal)}={pair.Value}"));

    /// <summary>Each metric of ours with all attributes that any of its points has.</summary>
    private static HashSet<string> Exported(TelemetryScene scene) =>
    [
        .. scene.Collector.Points.Where(point => point.Scope == TelemetryNames.Source)
            .GroupBy(point => (point.Metric, point.Unit, point.Kind))
            .Select(points => Line(points.Key.Metric, points.Key.Unit, points.Key.Kind, points.SelectMany(point => point.Attributes.Keys))),
    ];

    private static HashSet<string> Documented() =>
    [
        .. RepositoryFile.TableRows(RepositoryFile.Read("docs/telemetry.md"), "Metrics")
            .Select(row => Line(row[0].Trim('`'), row[1].Trim('`'), row[2], row[3].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => name.Trim('`')))),
    ];

    /// <summary>What failed alone has an error.type: not in a run where nothing does.</summary>
    private static string Line(string name, string unit, string kind, IEnumerable<string> attributes) =>
        $"{name} {unit} {kind} {string.Join(' ', attributes.Distinct().Where(attribute => attribute != AttributeNames.ErrorType).Order(StringComparer.Ordinal))}";
}

using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using MailFunctions.Telemetry;
using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Infra;

public sealed partial class AlertTests
{
    /// <summary>The metrics that alerts and workbook ask for.</summary>
    private static readonly string[] Metrics =
    [
        "http.server.request.duration",
        "mailfunctions.attempts", "mailfunctions.dead_letters", "mailfunctions.emails.accepted", "mailfunctions.emails.ended",
        "mailfunctions.emails.held", "mailfunctions.emails.oldest_waiting", "mailfunctions.relay.breaker.open", "mailfunctions.statistics.lag",
    ];

    /// <summary>The attributes of theirs that they look at.</summary>
    private static readonly string[] Attributes =
        ["EventName", "http.response.status_code", "mailfunctions.domain_class", "mailfunctions.lane", "mailfunctions.outcome", "mailfunctions.relay", "mailfunctions.state"];

    [Theory]
    [InlineData("main")]
    [InlineData("networked")]
    public void Exactly_these_alerts_are_deployed_and_enabled(string variant)
    {
        var deployment = Deployment.Of(variant);
        var names = deployment.Names("Microsoft.Insights/scheduledQueryRules").Select(name => name.Split('-')[^1]);

        Assert.Equal(["breaker", "dead", "errors", "expired", "failures", "reference", "senders", "silent", "unavailable", "uncertain", "volume", "waiting"], names.Order(StringComparer.Ordinal));
        Assert.All(deployment.All("Microsoft.Insights/scheduledQueryRules"), alert =>
        {
            Assert.True(alert.Is("properties.enabled"));
            Assert.Equal([deployment.The("Microsoft.OperationalInsights/workspaces").Text("id")], alert.Texts("properties.scopes"));
        });
    }

    [Theory]
    [InlineData("main")]
    [InlineData("networked")]
    public void Alerts_are_mailed_to_the_configured_address(string variant)
    {
        var deployment = Deployment.Of(variant);
        var people = deployment.The("Microsoft.Insights/actionGroups");

        Assert.Equal("operators@example.com", Assert.Single(people.At("properties.emailReceivers").EnumerateArray()).Text("emailAddress"));
        Assert.All(deployment.All("Microsoft.Insights/scheduledQueryRules"), alert => Assert.Equal([people.Text("id")], alert.Texts("properties.actions.actionGroups")));
    }

    [Fact]
    public void The_minimal_variant_has_no_alerts()
    {
        Assert.Empty(Deployment.Of("minimal").All("Microsoft.Insights/scheduledQueryRules"));
        Assert.Empty(Deployment.Of("minimal").All("Microsoft.Insights/actionGroups"));
    }

    [Fact]
    public void Alerts_and_workbook_ask_for_metrics_and_attributes_that_are_agreed()
    {
        var queries = string.Join('\n', Queries());

        Assert.Equal(Attributes, Attribute().Matches(queries).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(Metrics, Name().Matches(Attribute().Replace(queries, "")).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>A metric may come minutes late, and a process that tells something else must not stand in for a timer.</summary>
    [Theory]
    [InlineData("waiting", "PT15M", "GreaterThan", 900)]
    [InlineData("breaker", "PT15M", "GreaterThan", 0)]
    [InlineData("dead", "PT1H", "GreaterThan", 0)]
    [InlineData("uncertain", "PT1H", "GreaterThan", 0)]
    [InlineData("expired", "PT1H", "GreaterThan", 0)]
    [InlineData("reference", "PT1H", "GreaterThan", 0)]
    [InlineData("senders", "PT1H", "GreaterThan", 0)]
    [InlineData("volume", "PT1H", "GreaterThan", 0)]
    [InlineData("errors", "PT1H", "GreaterThan", 4)]
    [InlineData("unavailable", "PT30M", "GreaterThan", 1)]
    [InlineData("silent", "PT30M", "LessThan", 2)]
    public void Alerts_have_the_expected_windows_and_thresholds(string name, string window, string comparison, double threshold)
    {
        var alert = Alert(Deployment.Of("main"), name);
        var criterion = Assert.Single(alert.At("properties.criteria.allOf").EnumerateArray());

        Assert.Equal(window, alert.Text("properties.windowSize"));
        Assert.Equal((comparison, threshold), (criterion.Text("operator"), criterion.At("threshold").GetDouble()));
    }

    /// <summary>
    /// Log Analytics takes telemetry in minutes late, at times more. A point that is reported once alone has to be met by a
    /// later look as well, so that the window is longer than the time between two looks by as much as it may be late.
    /// </summary>
    [Theory]
    [InlineData("dead", 45)]
    [InlineData("uncertain", 45)]
    [InlineData("expired", 45)]
    [InlineData("reference", 45)]
    [InlineData("senders", 45)]
    [InlineData("volume", 45)]
    [InlineData("errors", 45)]
    [InlineData("waiting", 10)]
    [InlineData("breaker", 10)]
    [InlineData("failures", 10)]
    [InlineData("unavailable", 15)]
    [InlineData("silent", 15)]
    public void Alert_windows_allow_for_late_metrics(string name, int minutes)
    {
        var alert = Alert(Deployment.Of("main"), name);

        Assert.Equal(
            XmlConvert.ToTimeSpan(alert.Text("properties.evaluationFrequency")) + TimeSpan.FromMinutes(minutes),
            XmlConvert.ToTimeSpan(alert.Text("properties.windowSize")));
    }

    [Theory]
    [InlineData("silent", "iff(IsNew, 2, toint(Heard))")]
    [InlineData("unavailable", "iff(IsNew, 0, toint(Places))")]
    public void Alerts_ignore_an_app_for_its_first_two_hours(string name, string value)
    {
        var query = Query(Alert(Deployment.Of("main"), name));

        Assert.Contains("CreationDate", query, StringComparison.Ordinal);
        Assert.Contains("+ 2h", query, StringComparison.Ordinal);
        Assert.Contains($"Value = {value}", query, StringComparison.Ordinal);
    }

    /// <summary>A workspace may be shared.</summary>
    [Theory]
    [InlineData("main")]
    [InlineData("networked")]
    [InlineData("existing")]
    [InlineData("extras")]
    public void Alert_queries_read_only_the_telemetry_of_this_app(string variant)
    {
        var deployment = Deployment.Of(variant);
        var insights = deployment.The("Microsoft.Insights/components").Text("id");
        var queries = deployment.All("Microsoft.Insights/scheduledQueryRules").Select(Query).ToList();

        Assert.NotEmpty(queries);
        Assert.All(queries, query =>
        {
            Assert.Contains("\n| where _ResourceId =~ '", query, StringComparison.Ordinal);
            Assert.Contains(insights, query, StringComparison.Ordinal);
        });
        var workbook = deployment.The("Microsoft.Insights/workbooks").Text("properties.serializedData");
        Assert.Equal(workbook.Split("AppMetrics\\n").Length, workbook.Split($"AppMetrics\\n| where _ResourceId =~ '{insights}'\\n").Length);
    }

    /// <summary>These are told by log lines, whose events are named as the methods that write them.</summary>
    [Theory]
    [InlineData("reference")]
    [InlineData("senders")]
    [InlineData("volume")]
    public void The_event_that_an_alert_looks_for_is_one_that_the_code_logs(string alert)
    {
        var name = EventName().Match(Query(Alert(Deployment.Of("main"), alert))).Groups[1].Value;

        Assert.Matches($@"LogLevel\.Error, ""[^""]*""\)\]\s+public static partial void {name}\(", Repository.Text("src/MailFunctions/Telemetry/Log.cs"));
    }

    [Theory]
    [InlineData("main")]
    [InlineData("networked")]
    [InlineData("extras")]
    public void The_health_of_the_api_is_asked_for_from_three_places(string variant)
    {
        var test = Deployment.Of(variant).The("Microsoft.Insights/webtests");
        var properties = test.GetProperty("properties");

        Assert.True(properties.Is("Enabled"));
        Assert.Equal("standard", properties.Text("Kind"));
        Assert.Equal(900, properties.At("Frequency").GetInt32());
        // Location tags of East US, West Europe and Southeast Asia, as Microsoft Learn lists them for availability tests.
        Assert.Equal(["us-va-ash-azr", "emea-nl-ams-azr", "apac-sg-sin-azr"], properties.At("Locations").EnumerateArray().Select(place => place.Text("Id")));
        Assert.StartsWith("[format('{0}/health', format('https://{0}/api', reference('", properties.Text("Request.RequestUrl"), StringComparison.Ordinal);
        Assert.Equal(200, properties.At("ValidationRules.ExpectedHttpStatusCode").GetInt32());
    }

    /// <summary>Nothing outside can ask an app that is closed to the internet.</summary>
    [Fact]
    public void A_closed_app_is_not_asked_from_outside()
    {
        var deployment = Deployment.Of("closed");

        Assert.Empty(deployment.All("Microsoft.Insights/webtests"));
        Assert.DoesNotContain(deployment.Names("Microsoft.Insights/scheduledQueryRules"), name => name.EndsWith("-unavailable", StringComparison.Ordinal));
    }

    [Fact]
    public void A_budget_notifies_at_80_percent_and_at_a_forecast_of_100()
    {
        var budget = Deployment.Of("extras").The("Microsoft.Consumption/budgets");

        Assert.Equal(50, budget.At("properties.amount").GetInt32());
        Assert.Equal(("Monthly", "2026-11-01"), (budget.Text("properties.timeGrain"), budget.Text("properties.timePeriod.startDate")));
        Assert.Equal(
            [("Forecasted", 100, "operators@example.com"), ("Actual", 80, "operators@example.com")],
            budget.At("properties.notifications").EnumerateObject().OrderBy(item => item.Name, StringComparer.Ordinal)
                .Select(item => (item.Value.Text("thresholdType"), item.Value.At("threshold").GetInt32(), Assert.Single(item.Value.Texts("contactEmails")))));
        Assert.Empty(Deployment.Of("main").All("Microsoft.Consumption/budgets"));
    }

    [Fact]
    public void The_silence_alert_counts_only_metrics_that_timers_report()
    {
        var query = Queries().Single(query => query.Contains("dcount(Name)", StringComparison.Ordinal));

        Assert.Equal([MetricNames.OldestWaiting, MetricNames.StatisticsLag], Name().Matches(query).Select(match => match.Groups[1].Value));
    }

    private static JsonElement Alert(Deployment deployment, string name) =>
        deployment.All("Microsoft.Insights/scheduledQueryRules").Single(alert => alert.Text("name").EndsWith($"-{name}", StringComparison.Ordinal));

    /// <summary>One that asks for what only Azure knows is an expression, in which quotation marks are doubled.</summary>
    private static string Query(JsonElement alert)
    {
        var query = Assert.Single(alert.At("properties.criteria.allOf").EnumerateArray()).Text("query");
        return query.StartsWith('[') ? query.Replace("''", "'", StringComparison.Ordinal) : query;
    }

    private static IEnumerable<string> Queries()
    {
        var alerts = Deployment.Of("main").All("Microsoft.Insights/scheduledQueryRules").Select(Query);
        return [.. alerts, Repository.Text("infra/workbook.json")];
    }

    [GeneratedRegex(@"Properties\['([\w.]+)'\]")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"'((?:mailfunctions|http)\.[\w.]*\w)'")]
    private static partial Regex Name();

    [GeneratedRegex(@"\['EventName'\]\) == '(\w+)'")]
    private static partial Regex EventName();
}

using System.Text.RegularExpressions;
using MailFunctions.Telemetry;
using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Infra;

public sealed partial class AlertTests
{
    /// <summary>The metrics that alerts and workbook ask for.</summary>
    private static readonly string[] Metrics =
    [
        "mailfunctions.attempts", "mailfunctions.dead_letters", "mailfunctions.emails.accepted", "mailfunctions.emails.ended",
        "mailfunctions.emails.held", "mailfunctions.emails.oldest_waiting", "mailfunctions.relay.breaker.open", "mailfunctions.statistics.lag",
    ];

    /// <summary>The attributes of theirs that they look at.</summary>
    private static readonly string[] Attributes =
        ["mailfunctions.domain_class", "mailfunctions.lane", "mailfunctions.outcome", "mailfunctions.relay", "mailfunctions.state"];

    [Theory]
    [InlineData("main")]
    [InlineData("networked")]
    public void There_is_an_alert_for_whatever_a_person_has_to_see_to(string variant)
    {
        var deployment = Deployment.Of(variant);
        var names = deployment.Names("Microsoft.Insights/scheduledQueryRules").Select(name => name.Split('-')[^1]);

        Assert.Equal(["breaker", "dead", "expired", "failures", "silent", "uncertain", "waiting"], names.Order(StringComparer.Ordinal));
        Assert.All(deployment.All("Microsoft.Insights/scheduledQueryRules"), alert =>
        {
            Assert.True(alert.Is("properties.enabled"));
            Assert.Equal([deployment.The("Microsoft.OperationalInsights/workspaces").Text("id")], alert.Texts("properties.scopes"));
        });
    }

    [Theory]
    [InlineData("main")]
    [InlineData("networked")]
    public void They_are_mailed_to_the_address_that_is_named(string variant)
    {
        var deployment = Deployment.Of(variant);
        var people = deployment.The("Microsoft.Insights/actionGroups");

        Assert.Equal("operators@example.com", Assert.Single(people.At("properties.emailReceivers").EnumerateArray()).Text("emailAddress"));
        Assert.All(deployment.All("Microsoft.Insights/scheduledQueryRules"), alert => Assert.Equal([people.Text("id")], alert.Texts("properties.actions.actionGroups")));
    }

    [Fact]
    public void The_minimal_variant_has_none()
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
    [InlineData("expired", "PT15M", "GreaterThan", 0)]
    [InlineData("silent", "PT30M", "LessThan", 2)]
    public void What_has_to_be_heard_is_looked_for_long_enough(string name, string window, string comparison, double threshold)
    {
        var alert = Deployment.Of("main").All("Microsoft.Insights/scheduledQueryRules").Single(alert => alert.Text("name").EndsWith($"-{name}", StringComparison.Ordinal));
        var criterion = Assert.Single(alert.At("properties.criteria.allOf").EnumerateArray());

        Assert.Equal(window, alert.Text("properties.windowSize"));
        Assert.Equal((comparison, threshold), (criterion.Text("operator"), criterion.At("threshold").GetDouble()));
    }

    [Fact]
    public void Silence_is_that_of_the_metrics_that_only_the_timers_tell()
    {
        var query = Queries().Single(query => query.Contains("dcount(Name)", StringComparison.Ordinal));

        Assert.Equal([MetricNames.OldestWaiting, MetricNames.StatisticsLag], Name().Matches(query).Select(match => match.Groups[1].Value));
    }

    private static IEnumerable<string> Queries()
    {
        var alerts = Deployment.Of("main").All("Microsoft.Insights/scheduledQueryRules")
            .SelectMany(alert => alert.At("properties.criteria.allOf").EnumerateArray())
            .Select(criterion => criterion.Text("query"));
        return [.. alerts, Repository.Text("infra/workbook.json")];
    }

    [GeneratedRegex(@"Properties\['([\w.]+)'\]")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"'(mailfunctions\.[\w.]*\w)'")]
    private static partial Regex Name();
}

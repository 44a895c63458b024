using System.Text.RegularExpressions;
using MailFunctions.Tests.App;
using MailFunctions.Tests.Infra;

namespace MailFunctions.Tests.Docs;

public sealed partial class OperationsDocumentTests
{
    private static readonly string Document = RepositoryFile.Read("docs/operations.md");

    [Fact]
    public void Every_alert_has_a_heading_that_says_what_to_do_and_every_heading_an_alert()
    {
        var alerts = Deployment.Of("main").Names("Microsoft.Insights/scheduledQueryRules").Select(name => name.Split('-')[^1]);
        var headings = Heading().Matches(Section("Alarms")).Select(match => match.Groups[1].Value);

        Assert.Equal(alerts.Order(StringComparer.Ordinal), headings.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_timer_is_counted_with_its_schedule()
    {
        var timers = RepositoryFile.All("src/MailFunctions.Triggers", "*.cs")
            .Select(source => (Name: FunctionName().Match(source).Groups[1].Value, Schedule: Timer().Match(source).Groups[1].Value))
            .Where(timer => timer.Schedule.Length > 0)
            .ToList();
        var documented = RepositoryFile.TableRows(Document, "What the timers do while there is no mail").Select(row => (row[0].Trim('`'), row[1].Trim('`')));

        Assert.NotEmpty(timers);
        Assert.Subset(documented.ToHashSet(), timers.ToHashSet());
    }

    /// <summary>Those that a test of the pipeline counts.</summary>
    [Fact]
    public void The_calls_of_a_timer_are_as_many_as_are_counted()
    {
        var counted = Counted().Matches(Repository.Text("tests/MailFunctions.IntegrationTests/Operations/IdleTimersTests.cs")).Select(match => (match.Groups[1].Value, match.Groups[2].Value));
        var documented = RepositoryFile.TableRows(Document, "What the timers do while there is no mail")
            .Where(row => row[^1].Contains("`IdleTimersTests`", StringComparison.Ordinal))
            .Select(row => (row[0].Trim('`'), row[3].Split(',')[0]));

        Assert.NotEmpty(counted);
        Assert.Equal(counted.Order(), documented.Order());
    }

    [Fact]
    public void Every_parameter_that_is_named_exists()
    {
        var parameters = Parameter().Matches(Repository.Text("infra/main.bicep")).Select(match => match.Groups[1].Value).ToHashSet();
        var named = ParameterInText().Matches(Document).Select(match => match.Groups[1].Value)
            .Concat(RelayParameter().Matches(Document).Select(match => match.Groups[1].Value))
            .ToHashSet();

        Assert.NotEmpty(named);
        Assert.Subset(parameters, named);
    }

    [Fact]
    public void Every_setting_that_is_named_exists()
    {
        var settings = SettingsInventory.All.Select(setting => setting.Name).ToHashSet();
        var named = Setting().Matches(Document).Select(match => match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal).TrimEnd(':'))
            .Select(name => OneOfSeveral().Replace(name, "MailFunctions:Relay:"))
            .ToHashSet();

        Assert.NotEmpty(named);
        Assert.Subset(settings, named);
    }

    [Fact]
    public void Every_variable_that_azd_is_given_is_read_by_a_parameter_file()
    {
        var read = Repository.Files("infra", "*.bicepparam").SelectMany(file => Variable().Matches(Repository.Text(file))).Select(match => match.Groups[1].Value).ToHashSet();
        var given = EnvironmentSet().Matches(Document).Select(match => match.Groups[1].Value).ToHashSet();

        Assert.NotEmpty(given);
        Assert.Subset(read, given);
    }

    /// <summary>From a heading of the second level to the next.</summary>
    private static string Section(string heading)
    {
        var begin = Document.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        Assert.True(begin >= 0, $"There is no heading '{heading}'.");
        var end = Document.IndexOf("\n## ", begin + 1, StringComparison.Ordinal);
        return end < 0 ? Document[begin..] : Document[begin..end];
    }

    [GeneratedRegex("^### ([a-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[Function\(nameof\((\w+)\)\)\]")]
    private static partial Regex FunctionName();

    [GeneratedRegex("""TimerTrigger\("([^"]+)"\)""")]
    private static partial Regex Timer();

    [GeneratedRegex(@"A_minute_of_(\w+)_costs_(\d+)")]
    private static partial Regex Counted();

    [GeneratedRegex(@"^param (\w+)", RegexOptions.Multiline)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\bparam (\w+) =")]
    private static partial Regex ParameterInText();

    /// <summary>In running text: those of the relay, and the counts of instances.</summary>
    [GeneratedRegex("`((?:relay|alwaysReady|alert|vault|storage|log)[A-Z]\\w+|maximumInstanceCount|instanceMemoryMB|zoneRedundant|inlineDelivery)`")]
    private static partial Regex RelayParameter();

    [GeneratedRegex(@"`?(MailFunctions(?:__|:)(?:\w|:)+)")]
    private static partial Regex Setting();

    [GeneratedRegex("^MailFunctions:Relays:[^:]+:")]
    private static partial Regex OneOfSeveral();

    [GeneratedRegex(@"readEnvironmentVariable\('(\w+)'")]
    private static partial Regex Variable();

    [GeneratedRegex(@"azd env set (\w+)")]
    private static partial Regex EnvironmentSet();
}

using System.Text.Json;
using System.Text.RegularExpressions;
using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Infra;

/// <summary>The parameters of infra/main.bicep, as azd and people set them.</summary>
public sealed partial class ParameterTests
{
    /// <summary>Where a variant differs from the default, and why it is a variant.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> Differences = new()
    {
        ["main"] = [],
        ["minimal"] = new()
        {
            ["instanceMemoryMB"] = "512",
            ["maximumInstanceCount"] = "2",
            ["alertsEnabled"] = "false",
            ["logDailyQuotaGb"] = "1",
            ["vaultPurgeProtected"] = "false",
        },
        ["networked"] = new()
        {
            ["relayMaxConnections"] = "40",
            ["attachmentContainer"] = "mail-files",
            ["maximumInstanceCount"] = "8",
            ["alwaysReadyTransactional"] = "2",
            ["alwaysReadyHttp"] = "2",
            ["inlineDelivery"] = "true",
            ["storageSku"] = "Standard_ZRS",
            ["isPrivate"] = "true",
            ["storageLogsEnabled"] = "true",
        },
    };

    /// <summary>They depend on others, and have tests of their own.</summary>
    private static readonly string[] Dependent = ["communicationEmail", "relayAuth", "relayPreset"];

    public static TheoryData<string> Variants => Deployment.Variants;

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_parameter_can_be_set_by_a_variable_of_its_name(string variant)
    {
        var file = Repository.Text($"infra/{variant}.bicepparam");

        Assert.All(Parameters().Where(parameter => parameter.Name is not ("environmentName" or "location" or "budgetStart")), parameter =>
            Assert.Contains($"readEnvironmentVariable('{VariableOf(parameter.Name)}', '')", file, StringComparison.Ordinal));
    }

    /// <summary>A parameter file cannot leave a value to the default of the Bicep file when a variable is not set.</summary>
    [Theory]
    [MemberData(nameof(Variants))]
    public void Without_its_variable_a_parameter_has_the_default_but_where_the_variant_differs(string variant)
    {
        var file = Repository.Text($"infra/{variant}.bicepparam");
        var set = Either().Matches(file).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

        foreach (var (name, value) in Parameters().Where(parameter => parameter.Default is not null && !Dependent.Contains(parameter.Name)))
        {
            if (name == "budgetStart" || !set.TryGetValue(name, out var otherwise))
                continue;
            Assert.Equal((name, Differences[variant].GetValueOrDefault(name, value!.Trim('\''))), (name, otherwise));
        }

        Assert.Empty(Differences[variant].Keys.Except(set.Keys));
    }

    [Fact]
    public void Docs_say_how_a_variable_is_named_and_name_none_that_is_not_there()
    {
        var variables = Parameters().Select(parameter => VariableOf(parameter.Name)).ToHashSet();
        var named = VariableInText().Matches(Repository.Text("docs/deploy.md") + Repository.Text("docs/operations.md")).Select(match => match.Value).Distinct();

        Assert.Subset(variables, named.ToHashSet());
    }

    /// <summary>What somebody who presses the button is asked for: few things, of which a package by URL is the only one that has to be given.</summary>
    [Fact]
    public void The_template_of_the_button_asks_for_a_package_and_little_else()
    {
        using var template = JsonDocument.Parse(Repository.Text("infra/azuredeploy.json"));
        var parameters = template.RootElement.GetProperty("parameters").EnumerateObject().ToList();

        Assert.Contains("subscriptionDeploymentTemplate.json", template.RootElement.Text("$schema"), StringComparison.Ordinal);
        Assert.Equal(["packageUri"], parameters.Where(parameter => !parameter.Value.TryGetProperty("defaultValue", out _)).Select(parameter => parameter.Name));
        Assert.InRange(parameters.Count, 5, 12);
        Assert.Equal("securestring", parameters.Single(parameter => parameter.Name == "relayPassword").Value.Text("type"), ignoreCase: true);
    }

    /// <summary>The package of a release is the one that the other workflow deploys.</summary>
    [Fact]
    public void A_release_publishes_the_package_as_a_deployment_does()
    {
        var deployed = PublishStep("deploy");

        Assert.Contains("dotnet publish src/MailFunctions.App", deployed, StringComparison.Ordinal);
        Assert.Equal(deployed, PublishStep("release"));
    }

    private static string PublishStep(string workflow) => Publish().Match(Repository.Text($".github/workflows/{workflow}.yml").ReplaceLineEndings("\n")).Value;

    private static string VariableOf(string parameter) => "MAIL_" + Hump().Replace(parameter, "_$0").ToUpperInvariant();

    private static IReadOnlyList<(string Name, string? Default)> Parameters() =>
        [.. Declaration().Matches(Repository.Text("infra/main.bicep").ReplaceLineEndings("\n")).Select(match => (match.Groups[1].Value, match.Groups[2].Success ? match.Groups[2].Value : null))];

    [GeneratedRegex(@"^param (\w+) [\w\[\]]+(?: = ([^\n]*))?$", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    /// <summary>Of a parameter whose variable may be empty: its name, and what stands for it then.</summary>
    [GeneratedRegex(@"^param (\w+) = (?:\w+\()*either\(readEnvironmentVariable\('\w+', ''\), '([^']*)'\)", RegexOptions.Multiline)]
    private static partial Regex Either();

    /// <summary>Before each capital letter that follows a small one.</summary>
    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex Hump();

    [GeneratedRegex(@"\bMAIL_[A-Z_]*[A-Z]\b")]
    private static partial Regex VariableInText();

    [GeneratedRegex(@"      - name: Publish\n(?:        [^\n]*\n|          [^\n]*\n)+")]
    private static partial Regex Publish();
}

using System.Text.Json;
using System.Text.RegularExpressions;
using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Infra;

/// <summary>What is deployed says what it is made of and where it comes from. The statement is signed on GitHub alone.</summary>
public sealed partial class PackageProvenanceTests
{
    private static readonly string Workflow = Repository.Text(".github/workflows/deploy.yml").ReplaceLineEndings("\n");

    [Fact]
    public void The_very_package_that_is_deployed_and_its_bill_of_materials_are_attested_before_it_is_deployed()
    {
        var steps = Workflow.Split("\n      - ");
        var publish = Array.FindIndex(steps, step => step.Contains("dotnet publish src/MailFunctions.App", StringComparison.Ordinal));
        var bill = Array.FindIndex(steps, step => step.Contains(".ci/sbom.sh package \"$RUNNER_TEMP/package\" \"$RUNNER_TEMP/package.cdx.json\"", StringComparison.Ordinal));
        var attest = Array.FindIndex(steps, step => step.Contains("uses: actions/attest-build-provenance@", StringComparison.Ordinal));
        var deploy = Array.FindIndex(steps, step => step.Contains("--src \"$RUNNER_TEMP/package.zip\"", StringComparison.Ordinal));

        Assert.True(publish >= 0 && publish < bill && bill < attest && attest < deploy);
        Assert.Contains("${{ runner.temp }}/package.zip\n", steps[attest], StringComparison.Ordinal);
        Assert.Contains("${{ runner.temp }}/package.cdx.json", steps[attest], StringComparison.Ordinal);
        Assert.DoesNotContain(steps[(attest + 1)..deploy], step => step.Contains("package.zip .", StringComparison.Ordinal));
    }

    /// <summary>The commits are those that the actions' own repositories tag so.</summary>
    [Theory]
    [InlineData("actions/attest-build-provenance", "v4.1.0", "a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32")]
    [InlineData("actions/upload-artifact", "v7.0.0", "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f")]
    public void Its_actions_are_pinned_by_the_commits_of_their_releases(string action, string release, string commit) =>
        Assert.Contains($"uses: {action}@{commit} # {release}\n", Workflow, StringComparison.Ordinal);

    [Fact]
    public void Tools_have_one_exact_version()
    {
        using var manifest = JsonDocument.Parse(Repository.Text(".config/dotnet-tools.json"));
        var tools = manifest.RootElement.GetProperty("tools").EnumerateObject().ToList();

        Assert.Contains(tools, tool => tool.Name == "cyclonedx");
        Assert.All(tools, tool => Assert.Matches(Version(), tool.Value.GetProperty("version").GetString()));
        Assert.All(tools, tool => Assert.False(tool.Value.GetProperty("rollForward").GetBoolean()));
    }

    [GeneratedRegex(@"^\d+\.\d+\.\d+$")]
    private static partial Regex Version();
}

using System.Text.Json;
using System.Text.RegularExpressions;
using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Infra;

/// <summary>What is deployed says what it is made of and where it comes from. The statement is signed on GitHub alone.</summary>
public sealed partial class PackageProvenanceTests
{
    [Theory]
    [InlineData("deploy.yml", "--src \"$RUNNER_TEMP/package.zip\"")]
    [InlineData("release.yml", "gh release create")]
    public void The_very_package_that_is_put_out_and_its_bill_of_materials_are_attested_before(string workflow, string putOut)
    {
        var steps = Repository.Text($".github/workflows/{workflow}").ReplaceLineEndings("\n").Split("\n      - ");
        var publish = Array.FindIndex(steps, step => step.Contains("dotnet publish src/MailFunctions.App", StringComparison.Ordinal));
        var bill = Array.FindIndex(steps, step => step.Contains(".ci/sbom.sh package \"$RUNNER_TEMP/package\" \"$RUNNER_TEMP/package.cdx.json\"", StringComparison.Ordinal));
        var attest = Array.FindIndex(steps, step => step.Contains("uses: actions/attest-build-provenance@", StringComparison.Ordinal));
        var put = Array.FindIndex(steps, step => step.Contains(putOut, StringComparison.Ordinal));

        Assert.True(publish >= 0 && publish < bill && bill < attest && attest < put);
        Assert.Contains("${{ runner.temp }}/package.zip\n", steps[attest], StringComparison.Ordinal);
        Assert.Contains("${{ runner.temp }}/package.cdx.json", steps[attest], StringComparison.Ordinal);
        Assert.DoesNotContain(steps[(attest + 1)..put], step => step.Contains("package.zip .", StringComparison.Ordinal));
    }

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

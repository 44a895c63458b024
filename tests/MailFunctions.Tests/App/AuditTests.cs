using System.Xml.Linq;

namespace MailFunctions.Tests.App;

/// <summary>The audit of dependencies runs on GitHub alone: what can be said of it here is that nothing is left out of it.</summary>
public sealed class AuditTests
{
    private static readonly string Script = Repository.Text(".ci/audit.sh");
    private static readonly string Dependabot = Repository.Text(".github/dependabot.yml").ReplaceLineEndings("\n");

    [Fact]
    public void CI_runs_the_audit_on_each_change_and_every_week()
    {
        var workflow = Repository.Text(".github/workflows/ci.yml").ReplaceLineEndings("\n");

        Assert.Contains("\n  audit:\n", workflow, StringComparison.Ordinal);
        Assert.Contains("run: bash .ci/audit.sh", workflow, StringComparison.Ordinal);
        Assert.Contains("\n  schedule:\n", workflow, StringComparison.Ordinal);
    }

    /// <summary>NuGet's own audit: of what comes with other packages too, and of the least severity.</summary>
    [Fact]
    public void The_audit_covers_every_NuGet_package_and_every_severity()
    {
        var properties = Repository.Xml("Directory.Build.props").Descendants("PropertyGroup").Elements().ToLookup(property => property.Name.LocalName, property => property.Value);

        Assert.Equal(["true"], properties["NuGetAudit"]);
        Assert.Equal(["all"], properties["NuGetAuditMode"]);
        Assert.Equal(["low"], properties["NuGetAuditLevel"]);
        Assert.Contains("dotnet restore MailFunctions.sln", Script, StringComparison.Ordinal);
    }

    [Fact]
    public void The_audit_covers_every_npm_lock_file()
    {
        Assert.Contains("git ls-files '*package-lock.json'", Script, StringComparison.Ordinal);
        Assert.Contains("--audit-level=low", Script, StringComparison.Ordinal);
    }

    [Fact]
    public void Dependabot_knows_every_folder_that_has_packages()
    {
        var npm = ((string[])[".ci", "src", "tests"]).SelectMany(folder => Repository.Files(folder, "package.json")).Select(file => "/" + Path.GetDirectoryName(file)!.Replace('\\', '/'));

        Assert.All(npm, folder => Assert.Contains($"\n      - {folder}\n", Dependabot, StringComparison.Ordinal));
        Assert.All(["nuget", "npm", "github-actions"], kind => Assert.Contains($"package-ecosystem: {kind}\n", Dependabot, StringComparison.Ordinal));
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MailFunctions.Tests.App;

/// <summary>What is built today is built tomorrow: every package has one version, and nothing but a commit moves it.</summary>
public sealed partial class PinnedVersionTests
{
    private static readonly string[] Folders = [".ci", "src", "tests"];

    public static TheoryData<string> NpmProjects => [.. Files("package.json")];

    [Fact]
    public void Every_NuGet_package_has_one_exact_version()
    {
        var versions = Repository.Xml("Directory.Packages.props").Descendants("PackageVersion").Select(package => (string)package.Attribute("Version")!).ToList();

        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.Matches(Exact(), version));
        Assert.Matches(Exact(), Repository.Xml("Directory.Packages.props").Descendants("BicepVersion").Single().Value);
    }

    [Fact]
    public void No_project_names_a_version_of_its_own()
    {
        var references = Files("*.*proj").Concat(["Directory.Build.props", "tests/Directory.Build.props", "src/Package.props"])
            .SelectMany(project => Repository.Xml(project).Descendants("PackageReference"));

        Assert.DoesNotContain(references.Attributes(), attribute => attribute.Name.LocalName.StartsWith("Version", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_project_has_a_lock_file_with_the_hash_of_each_package()
    {
        var projects = Files("*.csproj").ToList();

        Assert.Equal(projects.Select(Path.GetDirectoryName).Order(StringComparer.Ordinal), Files("packages.lock.json").Select(Path.GetDirectoryName).Order(StringComparer.Ordinal));
        Assert.All(Files("packages.lock.json"), file =>
        {
            var packages = Json(file).GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject())
                .Where(package => package.Value.GetProperty("type").GetString() != "Project");
            Assert.All(packages, package => Assert.NotEmpty(package.Value.GetProperty("contentHash").GetString()!));
        });
    }

    /// <summary>
    /// Where a mirror lacks the version that a package asks for, the next higher one is taken: it has to be pinned, or the
    /// locked restore fails where the mirror has it.
    /// </summary>
    [Fact]
    public void No_lock_file_has_a_higher_version_than_is_asked_for_that_is_not_pinned()
    {
        var higher = Files("packages.lock.json").SelectMany(file =>
        {
            // Beside the framework's a section for each runtime, with what differs there.
            var packages = Json(file).GetProperty("dependencies").EnumerateObject().SelectMany(section => section.Value.EnumerateObject()).ToList();
            var asked = packages.Where(package => package.Value.TryGetProperty("dependencies", out _))
                .SelectMany(package => package.Value.GetProperty("dependencies").EnumerateObject())
                .ToLookup(dependency => dependency.Name, dependency => VersionOf(dependency.Value.GetString()!), StringComparer.OrdinalIgnoreCase);
            return packages.Where(package => package.Value.GetProperty("type").GetString() == "Transitive")
                .Where(package => VersionOf(package.Value.GetProperty("resolved").GetString()!) > asked[package.Name].Max())
                .Select(package => package.Name);
        });

        Assert.Empty(higher.Distinct());
    }

    [Theory]
    [MemberData(nameof(NpmProjects))]
    public void Every_npm_package_has_one_exact_version_and_a_hash(string project)
    {
        var asked = Json(project).GetProperty("dependencies").EnumerateObject().ToList();
        var installed = Json(project.Replace("package.json", "package-lock.json", StringComparison.Ordinal)).GetProperty("packages").EnumerateObject()
            .Where(package => package.Name.Length > 0).ToList();

        Assert.NotEmpty(asked);
        Assert.All(asked, package => Assert.Matches(Exact(), package.Value.GetString()));
        Assert.All(installed, package => Assert.StartsWith("sha512-", package.Value.GetProperty("integrity").GetString(), StringComparison.Ordinal));
    }

    /// <summary>A tag can be moved to other code, a commit cannot. The commits are compared with those that the actions' own repositories tag.</summary>
    [Fact]
    public void Every_GitHub_action_is_pinned_to_the_commit_of_the_release_that_its_comment_names()
    {
        var released = Repository.Text("tests/MailFunctions.Tests/App/github-actions.tsv").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t'))
            .ToDictionary(row => (row[0], row[1]), row => row[2]);
        var lines = Repository.Files(".github/workflows", "*.yml")
            .SelectMany(file => Repository.Text(file).Split('\n', StringSplitOptions.TrimEntries))
            .Where(line => line.Contains("uses:", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            var use = Uses().Match(line);
            Assert.True(use.Success, $"'{line}' names no commit with its release.");
            Assert.Equal(released[(use.Groups[1].Value, use.Groups[3].Value)], use.Groups[2].Value);
        });
    }

    private static IEnumerable<string> Files(string pattern) => Folders.SelectMany(folder => Repository.Files(folder, pattern));

    private static JsonElement Json(string path) => JsonDocument.Parse(Repository.Text(path)).RootElement;

    /// <summary>Of a version, or of a range its lowest.</summary>
    private static Version VersionOf(string text) => Version.Parse(Number().Match(text).Value);

    [GeneratedRegex(@"^\d+\.\d+\.\d+$")]
    private static partial Regex Exact();

    [GeneratedRegex(@"\d+(\.\d+)+")]
    private static partial Regex Number();

    [GeneratedRegex(@"\A(?:- )?uses: ([\w-]+/[\w-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)\z")]
    private static partial Regex Uses();
}

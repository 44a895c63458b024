using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MailFunctions.Tests.App;

/// <summary>The deployed app's project is built where its packages are served. What can be said of it anywhere is said here.</summary>
public sealed partial class AppProjectTests
{
    private const string App = "src/MailFunctions.App/MailFunctions.App.csproj";
    private const string WorkerPackages = "Microsoft.Azure.Functions.";

    [Fact]
    public void Every_package_of_the_app_is_pinned_to_one_version()
    {
        var pinned = Repository.Xml("Directory.Packages.props").Descendants("PackageVersion")
            .ToDictionary(package => (string)package.Attribute("Include")!, package => (string)package.Attribute("Version")!);
        var packages = PackagesOf(App);

        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Matches(ExactVersion(), pinned.GetValueOrDefault(package, $"{package} has no version")));
        Assert.DoesNotContain("Version", Repository.Xml(App).Descendants("PackageReference").Attributes().Select(attribute => attribute.Name.LocalName));
    }

    [Fact]
    public void Only_the_app_references_the_packages_of_the_Functions_worker()
    {
        var projects = (string[])[.. Repository.Files("src", "*.csproj"), .. Repository.Files("tests", "*.csproj"), "Directory.Build.props", "tests/Directory.Build.props"];
        var referencing = projects.Where(project => PackagesOf(project).Any(package => package.StartsWith(WorkerPackages, StringComparison.Ordinal)));

        Assert.Equal([App], referencing);
    }

    [Fact]
    public void No_project_references_the_app()
    {
        var projects = (string[])[.. Repository.Files("src", "*.csproj"), .. Repository.Files("tests", "*.csproj")];
        var referencing = projects.Where(project => Repository.Xml(project).Descendants("ProjectReference")
            .Any(reference => ((string?)reference.Attribute("Include"))?.Contains("MailFunctions.App", StringComparison.Ordinal) == true));

        Assert.Empty(referencing);
    }

    [Fact]
    public void The_solution_lists_the_app_but_builds_it_only_in_the_configuration_Azure()
    {
        var solution = Repository.Text("MailFunctions.sln");
        var id = AppInSolution().Match(solution).Groups[1].Value;
        var built = BuiltInSolution().Matches(solution)
            .Where(match => match.Groups[1].Value == id)
            .Select(match => match.Groups[2].Value);

        Assert.NotEmpty(id);
        Assert.Equal(["Azure"], built);
    }

    [Fact]
    public void Every_other_project_is_built_in_each_configuration()
    {
        var solution = Repository.Text("MailFunctions.sln");
        var app = AppInSolution().Match(solution).Groups[1].Value;
        var built = BuiltInSolution().Matches(solution).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).ToHashSet();

        var expected =
            from project in ProjectInSolution().Matches(solution).Select(match => match.Groups[1].Value)
            where project != app
            from configuration in (string[])["Azure", "Debug", "Release"]
            select (project, configuration);
        Assert.Empty(expected.Except(built));
    }

    /// <summary>The Functions host looks for it beside the published app.</summary>
    [Fact]
    public void The_one_host_json_is_copied_to_the_output_of_the_app()
    {
        var copied = Repository.Xml(App).Descendants("None").Single(file => (string?)file.Attribute("Link") == "host.json");

        Assert.Equal("../../host.json", (string?)copied.Attribute("Include"));
        Assert.Equal("PreserveNewest", (string?)copied.Attribute("CopyToOutputDirectory"));
        Assert.DoesNotContain(Repository.Files("src", "*.json"), file => file.EndsWith("/host.json", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> PackagesOf(string project) =>
        [.. Repository.Xml(project).Descendants("PackageReference").Select(package => (string?)package.Attribute("Include")).OfType<string>()];

    [GeneratedRegex(@"^\d+\.\d+\.\d+$")]
    private static partial Regex ExactVersion();

    [GeneratedRegex(@"\.csproj"", ""(\{[0-9A-F-]+\})""")]
    private static partial Regex ProjectInSolution();

    [GeneratedRegex(@"MailFunctions\.App\.csproj"", ""(\{[0-9A-F-]+\})""")]
    private static partial Regex AppInSolution();

    [GeneratedRegex(@"(\{[0-9A-F-]+\})\.(\w+)\|Any CPU\.Build\.0 =")]
    private static partial Regex BuiltInSolution();
}

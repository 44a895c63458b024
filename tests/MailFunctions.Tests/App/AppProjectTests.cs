using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MailFunctions.Tests.App;

/// <summary>What the projects of the deployed app have to be, for it to be built, published and found by the Functions host.</summary>
public sealed partial class AppProjectTests
{
    private const string App = "src/MailFunctions.App/MailFunctions.App.csproj";
    private const string Triggers = "src/MailFunctions.Triggers/MailFunctions.Triggers.csproj";
    private const string WorkerPackages = "Microsoft.Azure.Functions.";
    private const string WorkerSdk = "Microsoft.Azure.Functions.Worker.Sdk";

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
    public void Only_the_app_and_its_triggers_reference_the_packages_of_the_Functions_worker()
    {
        var projects = (string[])[.. Repository.Files("src", "*.csproj"), .. Repository.Files("tests", "*.csproj"), "Directory.Build.props", "tests/Directory.Build.props"];
        var referencing = projects.Where(project => PackagesOf(project).Any(package => package.StartsWith(WorkerPackages, StringComparison.Ordinal)));

        Assert.Equal([App, Triggers], referencing);
    }

    /// <summary>Its targets write the Functions host's files into the output of whoever has it, the local host's among them.</summary>
    [Fact]
    public void Only_the_app_has_the_worker_s_SDK_and_the_triggers_have_the_attributes_alone()
    {
        Assert.Contains(WorkerSdk, PackagesOf(App));
        Assert.DoesNotContain(WorkerSdk, PackagesOf(Triggers));
        Assert.DoesNotContain("Microsoft.Azure.Functions.Worker", PackagesOf(Triggers));
    }

    /// <summary>The same compiled triggers are deployed and run locally.</summary>
    [Theory]
    [InlineData(App)]
    [InlineData("src/MailFunctions.LocalHost/MailFunctions.LocalHost.csproj")]
    public void Each_host_has_the_triggers_by_reference(string host)
    {
        var project = Repository.Xml(host);

        Assert.Contains("../MailFunctions.Triggers/MailFunctions.Triggers.csproj", project.Descendants("ProjectReference").Select(reference => (string?)reference.Attribute("Include")));
        Assert.DoesNotContain(project.Descendants("Compile"), file => file.Attribute("Include") is not null);
    }

    /// <summary>azd, the Functions tools, deploy.yml and docs/deploy.md all publish by the project alone.</summary>
    [Fact]
    public void The_app_project_fixes_ahead_of_time_compilation_for_the_Functions_host()
    {
        var properties = Repository.Xml(App).Descendants("PropertyGroup").Elements().ToDictionary(property => property.Name.LocalName);

        Assert.All(["RuntimeIdentifier", "SelfContained", "PublishReadyToRun"], name => Assert.Empty(properties[name].Attributes()));
        Assert.Equal("linux-x64", properties["RuntimeIdentifier"].Value);
        Assert.Equal("false", properties["SelfContained"].Value);
        Assert.Equal("true", properties["PublishReadyToRun"].Value);
        Assert.Contains("\"net10.0/linux-x64\"", Repository.Text("src/MailFunctions.App/packages.lock.json"), StringComparison.Ordinal);
    }

    /// <summary>azd writes one into the project where there is none.</summary>
    [Fact]
    public void The_app_has_an_id_for_user_secrets() =>
        Assert.NotEmpty(Repository.Xml(App).Descendants("UserSecretsId").Single().Value);

    /// <summary>The SDK's generated project, of the host's side of the bindings, asks for versions that are not in every mirror.</summary>
    [Fact]
    public void Only_the_generated_project_of_the_worker_s_SDK_is_exempt_from_warnings_about_versions()
    {
        var projects = (string[])[.. Repository.Files("src", "*.csproj"), .. Repository.Files("tests", "*.csproj"), .. Repository.Files("src", "*.props"), "Directory.Build.props", "tests/Directory.Build.props", "Directory.Packages.props"];
        var exempting = projects.Where(project => Repository.Text(project).Contains("NU1603", StringComparison.Ordinal));

        Assert.Equal([App], exempting);
        Assert.DoesNotContain("NU1603", string.Concat(Repository.Xml(App).Descendants("NoWarn").Select(property => property.Value)), StringComparison.Ordinal);
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
    public void Every_project_is_built_in_each_configuration()
    {
        var solution = Repository.Text("MailFunctions.sln");
        var listed = ProjectInSolution().Matches(solution).ToDictionary(match => match.Groups[1].Value.Replace('\\', '/'), match => match.Groups[2].Value);
        var built = BuiltInSolution().Matches(solution).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).ToHashSet();

        Assert.Equal(((string[])[.. Repository.Files("src", "*.csproj"), .. Repository.Files("tests", "*.csproj")]).Order(StringComparer.Ordinal), listed.Keys.Order(StringComparer.Ordinal));
        var expected =
            from project in listed.Values
            from configuration in (string[])["Debug", "Release"]
            select (project, configuration);
        Assert.Equal(expected.ToHashSet(), built);
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

    [GeneratedRegex(@"""([^""]+\.csproj)"", ""(\{[0-9A-F-]+\})""")]
    private static partial Regex ProjectInSolution();

    [GeneratedRegex(@"(\{[0-9A-F-]+\})\.(\w+)\|Any CPU\.Build\.0 =")]
    private static partial Regex BuiltInSolution();
}

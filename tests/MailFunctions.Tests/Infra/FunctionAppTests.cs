using System.Text.Json;
using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Infra;

/// <summary>The function app of each variant, against the triggers and the files that it runs with.</summary>
public sealed class FunctionAppTests
{
    public static TheoryData<string> Variants => Deployment.Variants;

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_app_is_a_Flex_Consumption_app_with_the_target_framework_as_runtime(string variant)
    {
        var deployment = Deployment.Of(variant);
        var app = deployment.The("Microsoft.Web/sites");

        Assert.Equal("FC1", deployment.The("Microsoft.Web/serverfarms").Text("sku.name"));
        Assert.Equal("functionapp,linux", app.Text("kind"));
        Assert.Equal("dotnet-isolated", app.Text("properties.functionAppConfig.runtime.name"));
        Assert.Equal(
            Repository.Xml("Directory.Build.props").Descendants("TargetFramework").Single().Value,
            "net" + app.Text("properties.functionAppConfig.runtime.version"));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_function_that_is_always_ready_exists(string variant)
    {
        var ready = AlwaysReady(variant).Select(group => group.Name).Where(name => name != "http");
        var functions = TriggerFile.All.Select(file => $"function:{file.Name}");

        Assert.Empty(ready.Except(functions));
    }

    [Fact]
    public void The_networked_variant_keeps_the_transactional_lane_and_the_api_ready() =>
        Assert.Equal([("function:DeliverTransactional", 2), ("http", 2)], AlwaysReady("networked"));

    /// <summary>The plan has one maximum for each function group, and what is always ready comes on top of it.</summary>
    [Theory]
    [MemberData(nameof(Variants))]
    public void The_code_counts_on_as_many_instances_as_there_may_be(string variant)
    {
        var deployment = Deployment.Of(variant);
        var maximum = deployment.The("Microsoft.Web/sites").At("properties.functionAppConfig.scaleAndConcurrency.maximumInstanceCount").GetInt32();
        var ready = AlwaysReady(variant).SingleOrDefault(group => group.Name == "function:DeliverTransactional").Count;

        Assert.Equal($"{maximum + ready}", deployment.Settings()["MailFunctions__Scale__TransactionalInstances"]);
        Assert.Equal($"{maximum}", deployment.Settings()["MailFunctions__Scale__BulkInstances"]);
    }

    /// <summary>Zone redundancy makes Azure keep and bill two always-ready instances of each of the function groups.</summary>
    [Theory]
    [MemberData(nameof(Variants))]
    public void No_variant_pays_for_instances_in_several_zones_unasked(string variant) =>
        Assert.False(Deployment.Of(variant).The("Microsoft.Web/serverfarms").Is("properties.zoneRedundant"));

    /// <summary>Two instances more for each group, where none is always ready already.</summary>
    [Fact]
    public void In_several_zones_the_code_counts_on_the_instances_that_Azure_adds()
    {
        var deployment = Deployment.Of("extras");

        Assert.True(deployment.The("Microsoft.Web/serverfarms").Is("properties.zoneRedundant"));
        Assert.Equal(("7", "7"), (deployment.Settings()["MailFunctions__Scale__TransactionalInstances"], deployment.Settings()["MailFunctions__Scale__BulkInstances"]));
    }

    /// <summary>The types of the Bicep command line do not have it: the words are those of Microsoft Learn, "Site update strategies in Flex Consumption".</summary>
    [Fact]
    public void Updates_are_rolling_where_they_are_asked_for() =>
        Assert.Equal("RollingUpdate", Deployment.Of("extras").The("Microsoft.Web/sites").Text("properties.functionAppConfig.siteUpdateStrategy.type"));

    [Theory]
    [MemberData(nameof(Variants))]
    public void No_variant_uses_what_is_in_preview(string variant) =>
        Assert.False(Deployment.Of(variant).The("Microsoft.Web/sites").At("properties.functionAppConfig").TryGetProperty("siteUpdateStrategy", out _));

    /// <summary>As Microsoft Learn has it for Flex Consumption, "Automate function app resource deployment".</summary>
    [Fact]
    public void A_package_is_deployed_by_url_where_one_is_named()
    {
        var package = Deployment.Of("extras").The("Microsoft.Web/sites/extensions");

        Assert.EndsWith("/onedeploy", package.Text("name"), StringComparison.Ordinal);
        Assert.Equal("https://example.com/mailfunctions.zip", package.Text("properties.packageUri"));
        Assert.False(package.Is("properties.remoteBuild"));
        Assert.Empty(Deployment.Of("main").All("Microsoft.Web/sites/extensions"));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_url_has_the_prefix_of_host_json(string variant)
    {
        using var host = JsonDocument.Parse(Repository.Text("host.json"));
        var prefix = host.RootElement.Text("extensions.http.routePrefix");

        Assert.Contains($"/{prefix}", Deployment.Of(variant).Outputs["API_URL"], StringComparison.Ordinal);
        Assert.Equal("api", prefix);
    }

    [Fact]
    public void The_health_trigger_is_anonymous() =>
        Assert.Equal("Anonymous", TriggerFile.All.Single(file => file.Text.Contains("Route = \"health\"", StringComparison.Ordinal)).AuthorizationLevel);

    [Theory]
    [MemberData(nameof(Variants))]
    public void The_tag_by_which_it_is_published_is_a_service_of_azure_yaml(string variant) =>
        Assert.Contains(
            $"\n  {Deployment.Of(variant).The("Microsoft.Web/sites").Text("tags.azd-service-name")}:\n    project: ./src/MailFunctions.App\n",
            Repository.Text("azure.yaml"),
            StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Variants))]
    public void Every_taggable_resource_has_the_tag_of_the_environment(string variant)
    {
        var tagged = Deployment.Of(variant).Resources.Where(resource => resource.TryGetProperty("location", out _)).ToList();

        Assert.NotEmpty(tagged);
        Assert.All(tagged, resource => Assert.Equal("mailfunctions", resource.Text("tags.azd-env-name")));
    }

    [Fact]
    public void The_azure_yaml_requires_a_minimum_version_of_azd() =>
        Assert.Matches(@"\nrequiredVersions:\n(?:  #[^\n]*\n)*  azd: '>= \d+\.\d+\.\d+'\n", Repository.Text("azure.yaml").ReplaceLineEndings("\n"));

    private static IEnumerable<(string Name, int Count)> AlwaysReady(string variant) =>
        Deployment.Of(variant).The("Microsoft.Web/sites").At("properties.functionAppConfig.scaleAndConcurrency.alwaysReady").EnumerateArray()
            .Select(group => (group.Text("name"), group.GetProperty("instanceCount").GetInt32()));
}

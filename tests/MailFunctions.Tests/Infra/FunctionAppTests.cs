using System.Text.Json;
using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Infra;

/// <summary>The function app of each variant, against the triggers and the files that it runs with.</summary>
public sealed class FunctionAppTests
{
    public static TheoryData<string> Variants => Deployment.Variants;

    [Theory]
    [MemberData(nameof(Variants))]
    public void It_is_a_Flex_Consumption_app_of_the_framework_that_is_built_for(string variant)
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
    public void What_needs_no_token_needs_no_key_either() =>
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
    public void All_that_takes_tags_has_that_of_the_environment(string variant)
    {
        var tagged = Deployment.Of(variant).Resources.Where(resource => resource.TryGetProperty("location", out _)).ToList();

        Assert.NotEmpty(tagged);
        Assert.All(tagged, resource => Assert.Equal("mailfunctions", resource.Text("tags.azd-env-name")));
    }

    private static IEnumerable<(string Name, int Count)> AlwaysReady(string variant) =>
        Deployment.Of(variant).The("Microsoft.Web/sites").At("properties.functionAppConfig.scaleAndConcurrency.alwaysReady").EnumerateArray()
            .Select(group => (group.Text("name"), group.GetProperty("instanceCount").GetInt32()));
}

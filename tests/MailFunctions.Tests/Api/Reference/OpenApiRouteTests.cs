using System.Text.Json;
using System.Text.RegularExpressions;
using MailFunctions.Tests.App;

namespace MailFunctions.Tests.Api.Reference;

public sealed partial class OpenApiRouteTests
{
    /// <summary>Another's calls, in another's words: whoever uses them has that one's documentation.</summary>
    private const string Resend = "resend/";

    /// <summary>The same calls once more, which the second server stands for.</summary>
    private const string Keyed = "keyed/";

    [Fact]
    public void Every_route_and_method_of_the_triggers_is_described_and_nothing_else()
    {
        var described = OpenApiJson.Api.Operations.Select(operation => $"{operation.Method} {operation.Path}");

        Assert.Equal(Triggers().Select(trigger => trigger.Call).Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Operations_described_as_public_are_those_of_anonymous_triggers()
    {
        var open = Triggers().Where(trigger => trigger.Level == "Anonymous").Select(trigger => trigger.Call);
        var described = OpenApiJson.Api.Operations.Where(operation => operation.IsPublic).Select(operation => $"{operation.Method} {operation.Path}");

        Assert.Equal(open.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_servers_are_the_prefix_of_the_host_and_that_of_the_twins_below_it()
    {
        using var host = JsonDocument.Parse(Repository.Text("host.json"));
        var prefix = host.RootElement.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString();

        Assert.Equal([$"/{prefix}", $"/{prefix}/keyed"], OpenApiJson.Api.Root.GetProperty("servers").EnumerateArray().Select(server => server.GetProperty("url").GetString()));
    }

    [Fact]
    public void Every_value_of_a_path_is_described()
    {
        Assert.All(OpenApiJson.Api.Operations, operation =>
        {
            var inPath = PathValue().Matches(operation.Path).Select(match => match.Groups[1].Value);
            var described = operation.Parameters.Where(parameter => parameter.In == "path");

            Assert.Equal(inPath.Order(StringComparer.Ordinal), described.Select(parameter => parameter.Name).Order(StringComparer.Ordinal));
            Assert.All(described, parameter => Assert.NotNull(parameter.Example));
        });
    }

    [Fact]
    public void Every_reference_names_something()
    {
        var references = Nodes(OpenApiJson.Api.Root)
            .Where(node => node.ValueKind == JsonValueKind.Object && node.TryGetProperty("$ref", out _))
            .Select(node => node.GetProperty("$ref").GetString()!)
            .Distinct()
            .ToList();

        Assert.NotEmpty(references);
        Assert.All(references, reference => OpenApiJson.Api.Find(reference));
    }

    [Fact]
    public void Every_body_has_examples_and_each_of_them_an_answer()
    {
        Assert.All(OpenApiJson.Api.Operations.Where(operation => operation.RequestSchema is not null), operation =>
        {
            var answered = operation.Responses.Where(response => response.Shared is null).SelectMany(response => response.Examples.Keys).ToList();

            Assert.NotEmpty(operation.RequestExamples);
            Assert.All(operation.RequestExamples.Keys, name => Assert.True(answered.Contains(name) || answered.Count == 1, $"{operation.Id}: nothing answers {name}"));
        });
    }

    private static IEnumerable<JsonElement> Nodes(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Object => node.EnumerateObject().SelectMany(member => Nodes(member.Value)).Prepend(node),
        JsonValueKind.Array => node.EnumerateArray().SelectMany(Nodes),
        _ => [],
    };

    /// <summary>The files below a page are no calls of their own.</summary>
    private static IEnumerable<(string Level, string Call)> Triggers() =>
        from file in TriggerFile.All
        from match in HttpTrigger().Matches(file.Text)
        where !match.Groups[3].Value.StartsWith(Resend, StringComparison.Ordinal) && !match.Groups[3].Value.StartsWith(Keyed, StringComparison.Ordinal)
        from method in Word().Matches(match.Groups[2].Value)
        select (match.Groups[1].Value, $"{method.Value.ToUpperInvariant()} /{match.Groups[3].Value.Replace("/{*path}", "", StringComparison.Ordinal)}");

    [GeneratedRegex("""HttpTrigger\(AuthorizationLevel\.(\w+), ((?:"\w+", )+)Route = "([^"]+)"\)""")]
    private static partial Regex HttpTrigger();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathValue();
}

using System.Text.Json;
using System.Text.Json.Nodes;
using MailFunctions.IntegrationTests.Fixtures;

namespace MailFunctions.IntegrationTests.Api.Reference;

/// <summary>A field that nobody knows is refused with the names of those that are known: they are what openapi.json has.</summary>
public sealed class ContractFieldTests(AzuriteFixture azurite)
{
    private const string Unknown = "zzzzzzzzzzzz";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_object_of_a_body_takes_the_fields_that_are_documented_and_no_other()
    {
        await using var scene = await ContractScene.StartAsync(azurite.TakeAccount());
        await scene.RequireAsync(HttpMethod.Put, "/templates/welcome", """{"subject":"Welcome","text":"Hello."}""", 201);
        var asked = 0;
        foreach (var operation in ContractScene.Api.Operations.Where(operation => operation.RequestSchema is not null))
        {
            foreach (var example in operation.RequestExamples.Values)
            {
                foreach (var (pointer, known) in Objects(operation.RequestSchema!.Value, example, ""))
                {
                    var answer = await new ContractCall(operation).WithBody(Insert(example, pointer)).SendAsync(scene.Client, Cancellation);

                    Assert.True(answer.Status == 422, $"{operation.Id}: {answer.Text}");
                    var told = answer.Json.GetProperty("errors").EnumerateArray().Single(error => error.GetProperty("pointer").GetString() == $"{pointer}/{Unknown}");
                    Assert.Equal($"{operation.Id}{pointer} is no field that is known here; known are {Sorted(known)}", $"{operation.Id}{pointer} {Sort(told.GetProperty("message").GetString()!)}");
                    asked++;
                }
            }
        }

        Assert.True(asked > 20, $"Only {asked} objects were found.");
    }

    [Fact]
    public async Task A_query_that_takes_no_other_parameters_takes_those_that_are_documented()
    {
        await using var scene = await ContractScene.StartAsync(azurite.TakeAccount());
        foreach (var operation in ContractScene.Api.Operations.Where(operation => operation.Id is "readStatistics" or "listEmails"))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api{operation.Path}?{Unknown}=1", UriKind.Relative));
            request.Headers.Add("x-functions-key", ContractScene.Key);
            using var answer = await scene.Client.SendAsync(request, Cancellation);
            var error = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync(Cancellation)).GetProperty("errors")[0].GetProperty("message").GetString()!;

            var documented = operation.Parameters.Select(parameter => parameter.Name);
            Assert.Equal(Sorted(documented), Sorted(error.Split("these are: ")[1].Split(", ")));
        }
    }

    private static string Sorted(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));

    private static string Sort(string message)
    {
        const string Before = "known are ";
        var at = message.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        return message[..at] + Sorted(message[at..].Split(", "));
    }

    /// <summary>The objects of an example that have fields of their own, with the names that their schema has.</summary>
    private static IEnumerable<(string Pointer, IReadOnlyList<string> Known)> Objects(JsonElement schema, JsonElement value, string pointer)
    {
        var rules = Flatten(schema, value).ToList();
        if (value.ValueKind == JsonValueKind.Array)
            return rules.Where(rule => rule.TryGetProperty("items", out _)).SelectMany(rule => value.EnumerateArray().Index().SelectMany(item => Objects(rule.GetProperty("items"), item.Item, FormattableString.Invariant($"{pointer}/{item.Index}"))));
        if (value.ValueKind != JsonValueKind.Object)
            return [];

        var closed = rules.Where(rule => rule.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.False).ToList();
        return closed.Select(rule => (pointer, (IReadOnlyList<string>)[.. rule.GetProperty("properties").EnumerateObject().Select(member => member.Name)]))
            .Concat(closed.SelectMany(rule => value.EnumerateObject().SelectMany(member => Objects(rule.GetProperty("properties").GetProperty(member.Name), member.Value, $"{pointer}/{member.Name}"))));
    }

    /// <summary>A schema with what it is made of, as far as it is for this kind of value.</summary>
    private static IEnumerable<JsonElement> Flatten(JsonElement schema, JsonElement value)
    {
        schema = ContractScene.Api.Follow(schema);
        if (schema.TryGetProperty("type", out var type) && Names(type).Contains("array") != (value.ValueKind == JsonValueKind.Array))
            return [];
        var parts = new[] { "allOf", "oneOf" }.Where(name => schema.TryGetProperty(name, out _)).SelectMany(name => schema.GetProperty(name).EnumerateArray());
        return parts.SelectMany(part => Flatten(part, value)).Prepend(schema);
    }

    /// <summary>The kinds of a schema, which names one or lists several.</summary>
    private static IEnumerable<string?> Names(JsonElement type) =>
        type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(kind => kind.GetString()) : [type.GetString()];

    private static string Insert(JsonElement example, string pointer)
    {
        var root = JsonNode.Parse(example.GetRawText())!;
        var at = root;
        foreach (var part in pointer.Split('/', StringSplitOptions.RemoveEmptyEntries))
            at = at is JsonArray items ? items[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)]! : at[part]!;
        at[Unknown] = 1;
        return root.ToJsonString();
    }
}

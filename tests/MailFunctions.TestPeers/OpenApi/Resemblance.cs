using System.Globalization;
using System.Text.Json;

namespace MailFunctions.TestPeers.OpenApi;

/// <summary>
/// Whether an answer is like the documented one: the same members, as many items, the same words and truths. Ids, times,
/// numbers and free text are of another day.
/// </summary>
public static class Resemblance
{
    public static IReadOnlyList<string> Differences(ApiDescription api, JsonElement schema, JsonElement documented, JsonElement actual) =>
        [.. Compare(api, schema, documented, actual, "")];

    private static IEnumerable<string> Compare(ApiDescription api, JsonElement schema, JsonElement documented, JsonElement actual, string at)
    {
        var rules = api.Follow(schema);
        if (documented.ValueKind != actual.ValueKind)
            return [$"{at} is {actual}, documented {documented}"];

        switch (actual.ValueKind)
        {
            case JsonValueKind.Object:
                return Members(documented).Except(Members(actual)).Select(name => $"{at}/{name} is documented and not there")
                    .Concat(Members(actual).Except(Members(documented)).Select(name => $"{at}/{name} is there and not documented"))
                    .Concat(Members(actual).Intersect(Members(documented)).SelectMany(name =>
                        Compare(api, Inner(rules, name), documented.GetProperty(name), actual.GetProperty(name), $"{at}/{name}")));
            case JsonValueKind.Array when documented.GetArrayLength() != actual.GetArrayLength():
                return [string.Create(CultureInfo.InvariantCulture, $"{at} has {actual.GetArrayLength()} items, documented {documented.GetArrayLength()}")];
            case JsonValueKind.Array:
                return documented.EnumerateArray().Zip(actual.EnumerateArray()).SelectMany((pair, index) =>
                    Compare(api, rules.GetProperty("items"), pair.First, pair.Second, string.Create(CultureInfo.InvariantCulture, $"{at}/{index}")));
            case JsonValueKind.String when rules.TryGetProperty("enum", out _) && documented.GetString() != actual.GetString():
                return [$"{at} is {actual}, documented {documented}"];
            default:
                return [];
        }
    }

    private static HashSet<string> Members(JsonElement value) => [.. value.EnumerateObject().Select(member => member.Name)];

    private static JsonElement Inner(JsonElement rules, string name) =>
        rules.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out var inner) ? inner : rules.GetProperty("additionalProperties");
}

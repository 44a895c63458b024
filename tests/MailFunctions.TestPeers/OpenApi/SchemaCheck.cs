using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MailFunctions.TestPeers.OpenApi;

/// <summary>Holds JSON against those parts of JSON Schema 2020-12 that openapi.json uses, and says everything that is wrong.</summary>
/// <remarks>A keyword that it does not know is an error: nothing is passed over in silence.</remarks>
public sealed class SchemaCheck(ApiDescription api)
{
    /// <summary>Says nothing of a value; the base64 of an example is the linter's to check.</summary>
    private static readonly HashSet<string> Annotations = ["description", "default", "example", "contentEncoding"];

    private readonly List<string> _faults = [];

    public static IReadOnlyList<string> Faults(ApiDescription api, JsonElement schema, JsonElement value)
    {
        var check = new SchemaCheck(api);
        check.Check(schema, value, "");
        return check._faults;
    }

    private void Check(JsonElement schema, JsonElement value, string at)
    {
        if (schema.ValueKind == JsonValueKind.True)
            return;
        foreach (var keyword in schema.EnumerateObject().Where(keyword => !Annotations.Contains(keyword.Name)))
            Check(schema, keyword.Name, keyword.Value, value, at);
    }

    private void Check(JsonElement schema, string keyword, JsonElement rule, JsonElement value, string at)
    {
        switch (keyword)
        {
            case "$ref":
                Check(api.Find(rule.GetString()!), value, at);
                break;
            case "type":
                Require(Names(rule).Any(type => IsOf(type, value)), at, $"is no {rule}");
                break;
            case "enum":
                Require(rule.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)), at, $"is {value}, and none of {rule}");
                break;
            case "const":
                Require(JsonElement.DeepEquals(rule, value), at, $"is {value}, not {rule}");
                break;
            case "allOf":
                foreach (var part in rule.EnumerateArray())
                    Check(part, value, at);
                break;
            case "anyOf":
                Require(rule.EnumerateArray().Any(part => Faults(api, part, value).Count == 0), at, "is none of anyOf");
                break;
            case "oneOf":
                Require(rule.EnumerateArray().Count(part => Faults(api, part, value).Count == 0) == 1, at, "is not exactly one of oneOf");
                break;
            case "format" or "pattern" or "minLength" or "maxLength":
                if (value.ValueKind == JsonValueKind.String)
                    CheckText(keyword, rule, value.GetString()!, at);
                break;
            case "minimum" or "maximum":
                if (value.ValueKind == JsonValueKind.Number)
                    Require(keyword == "minimum" ? value.GetDouble() >= rule.GetDouble() : value.GetDouble() <= rule.GetDouble(), at, $"is {value}: {keyword} {rule}");
                break;
            case "items" or "minItems" or "maxItems":
                if (value.ValueKind == JsonValueKind.Array)
                    CheckArray(keyword, rule, value, at);
                break;
            case "properties" or "required" or "additionalProperties" or "propertyNames" or "minProperties" or "maxProperties":
                if (value.ValueKind == JsonValueKind.Object)
                    CheckObject(schema, keyword, rule, value, at);
                break;
            default:
                throw new NotSupportedException($"{keyword} is a keyword that is not known here.");
        }
    }

    private void CheckText(string keyword, JsonElement rule, string text, string at) => Require(
        keyword switch
        {
            "pattern" => Regex.IsMatch(text, rule.GetString()!, RegexOptions.ECMAScript),
            "minLength" => text.Length >= rule.GetInt32(),
            "maxLength" => text.Length <= rule.GetInt32(),
            _ => rule.GetString() switch
            {
                "date-time" => text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
                "uuid" => Guid.TryParseExact(text, "D", out _),
                "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
                "uri-reference" => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _),
                var format => throw new NotSupportedException($"{format} is a format that is not known here."),
            },
        },
        at,
        $"is '{text}': {keyword} {rule}");

    private void CheckArray(string keyword, JsonElement rule, JsonElement value, string at)
    {
        if (keyword == "items")
        {
            foreach (var (index, item) in value.EnumerateArray().Index())
                Check(rule, item, string.Create(CultureInfo.InvariantCulture, $"{at}/{index}"));
        }
        else
        {
            Require(keyword == "minItems" ? value.GetArrayLength() >= rule.GetInt32() : value.GetArrayLength() <= rule.GetInt32(), at, $"has {value.GetArrayLength()} items: {keyword} {rule}");
        }
    }

    private void CheckObject(JsonElement schema, string keyword, JsonElement rule, JsonElement value, string at)
    {
        var members = value.EnumerateObject().ToList();
        switch (keyword)
        {
            case "properties":
                foreach (var member in members.Where(member => rule.TryGetProperty(member.Name, out _)))
                    Check(rule.GetProperty(member.Name), member.Value, $"{at}/{member.Name}");
                break;
            case "required":
                foreach (var name in Names(rule).Where(name => !value.TryGetProperty(name, out _)))
                    _faults.Add($"{at}/{name} is missing");
                break;
            case "additionalProperties":
                foreach (var member in members.Where(member => !schema.TryGetProperty("properties", out var known) || !known.TryGetProperty(member.Name, out _)))
                {
                    Require(rule.ValueKind != JsonValueKind.False, $"{at}/{member.Name}", "is not documented");
                    if (rule.ValueKind == JsonValueKind.Object)
                        Check(rule, member.Value, $"{at}/{member.Name}");
                }

                break;
            case "propertyNames":
                foreach (var member in members)
                    Check(rule, JsonSerializer.SerializeToElement(member.Name), $"{at}/{member.Name}");
                break;
            default:
                Require(keyword == "minProperties" ? members.Count >= rule.GetInt32() : members.Count <= rule.GetInt32(), at, $"has {members.Count} members: {keyword} {rule}");
                break;
        }
    }

    private void Require(bool holds, string at, string fault)
    {
        if (!holds)
            _faults.Add($"{(at.Length == 0 ? "it" : at)} {fault}");
    }

    private static IEnumerable<string> Names(JsonElement rule) =>
        rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Select(name => name.GetString()!) : [rule.GetString()!];

    private static bool IsOf(string type, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.Number => type == "number" || (type == "integer" && value.TryGetInt64(out _)),
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        _ => type == "null",
    };
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailFunctions.Tests.Api.Reference.Schemas;

/// <summary>Writes schemas as the rest of openapi.json is written: on one line what fits on it, and keywords in one order.</summary>
internal static class SchemaLayout
{
    private const int LineChars = 150;

    private static readonly string[] Keywords =
    [
        "$ref", "type", "format", "contentEncoding", "enum", "default", "description", "minLength", "maxLength", "pattern", "minimum", "maximum",
        "minItems", "maxItems", "minProperties", "maxProperties", "propertyNames", "required", "allOf", "anyOf", "oneOf", "properties", "items", "additionalProperties",
    ];

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Puts the keywords of a schema, and of those in it, in order; empty ones are left out.</summary>
    public static JsonObject InOrder(JsonObject schema)
    {
        var ordered = new JsonObject();
        foreach (var (keyword, value) in schema.Where(entry => entry.Value is not null and not JsonArray { Count: 0 }).OrderBy(entry => Rank(entry.Key)))
        {
            ordered[keyword] = keyword == "properties"
                ? new JsonObject(((JsonObject)value!).Select(property => KeyValuePair.Create(property.Key, (JsonNode?)InOrder((JsonObject)property.Value!))))
                : value is JsonObject inner ? InOrder(inner) : value!.DeepClone();
        }

        return ordered;
    }

    public static string Write(JsonNode node, int indent)
    {
        var text = new StringBuilder();
        Write(text, node, indent, used: indent);
        return text.ToString();
    }

    private static int Rank(string keyword) => Array.IndexOf(Keywords, keyword) is >= 0 and var rank
        ? rank
        : throw new InvalidOperationException($"The keyword {keyword} has no place in the order.");

    private static void Write(StringBuilder text, JsonNode node, int indent, int used)
    {
        var line = Line(node);
        if (node is JsonValue || (used + line.Length <= LineChars && !(node is JsonObject && node.AsObject().ContainsKey("properties"))))
        {
            text.Append(line);
            return;
        }

        (string Label, JsonNode Node)[] parts = node is JsonObject members
            ? [.. members.Select(member => ($"{Line(member.Key)}: ", member.Value!))]
            : [.. node.AsArray().Select(item => ("", item!))];
        var (open, close) = node is JsonObject ? ('{', '}') : ('[', ']');
        text.Append(open).Append('\n');
        foreach (var (index, (label, part)) in parts.Index())
        {
            text.Append(' ', indent + 2).Append(label);
            Write(text, part, indent + 2, indent + 2 + label.Length);
            text.Append(index < parts.Length - 1 ? ",\n" : "\n");
        }

        text.Append(' ', indent).Append(close);
    }

    /// <summary>Writes a node on one line, with a space after each colon and comma that is not within a text.</summary>
    private static string Line(JsonNode node) => node switch
    {
        JsonObject members => $"{{{string.Join(", ", members.Select(member => $"{Line(member.Key)}: {Line(member.Value!)}"))}}}",
        JsonArray items => $"[{string.Join(", ", items.Select(item => Line(item!)))}]",
        _ => node.ToJsonString(Compact),
    };

    private static string Line(string text) => JsonSerializer.Serialize(text, Compact);
}

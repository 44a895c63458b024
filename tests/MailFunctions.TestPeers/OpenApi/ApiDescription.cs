using System.Text.Json;

namespace MailFunctions.TestPeers.OpenApi;

/// <summary>An OpenAPI 3.1 document, as tests read it.</summary>
public sealed class ApiDescription
{
    private static readonly string[] Methods = ["get", "head", "post", "put", "patch", "delete"];

    private ApiDescription(JsonElement root)
    {
        Root = root;
        Operations =
        [
            .. root.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()
                .Where(member => Methods.Contains(member.Name))
                .Select(member => new ApiOperation(this, member.Name.ToUpperInvariant(), path.Name, member.Value, path.Value))),
        ];
    }

    public JsonElement Root { get; }

    public IReadOnlyList<ApiOperation> Operations { get; }

    public static ApiDescription Read(Stream json)
    {
        using var document = JsonDocument.Parse(json);
        return new ApiDescription(document.RootElement.Clone());
    }

    public JsonElement Schema(string name) => Root.GetProperty("components").GetProperty("schemas").GetProperty(name);

    /// <summary>What a reference into this document names.</summary>
    /// <exception cref="InvalidOperationException">There is no such thing.</exception>
    public JsonElement Find(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
            throw new InvalidOperationException($"{reference} is not within this document.");
        var found = Root;
        foreach (var part in reference[2..].Split('/'))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            found = found.ValueKind == JsonValueKind.Object && found.TryGetProperty(name, out var member)
                ? member
                : throw new InvalidOperationException($"{reference} names nothing.");
        }

        return found;
    }

    /// <summary>The node itself, or what it refers to; what stands beside a reference is left out.</summary>
    public JsonElement Follow(JsonElement node)
    {
        while (node.ValueKind == JsonValueKind.Object && node.TryGetProperty("$ref", out var reference))
            node = Find(reference.GetString()!);
        return node;
    }
}

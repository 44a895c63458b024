using System.Text.Json;

namespace MailFunctions.TestPeers.OpenApi;

/// <summary>One call of an <see cref="ApiDescription"/>.</summary>
/// <param name="Method">In capitals.</param>
public sealed record ApiOperation(ApiDescription Api, string Method, string Path, JsonElement Node, JsonElement PathNode)
{
    private const string Json = "application/json";

    public string Id => Node.GetProperty("operationId").GetString()!;

    public bool IsPublic => Node.TryGetProperty("security", out var security) && security.GetArrayLength() == 0;

    public IReadOnlyList<ApiParameter> Parameters => [.. ParametersOf(PathNode), .. ParametersOf(Node)];

    /// <summary>Null when it takes no body.</summary>
    public JsonElement? RequestSchema => RequestContent?.GetProperty("schema");

    /// <summary>By their names.</summary>
    public IReadOnlyDictionary<string, JsonElement> RequestExamples => RequestContent is { } content ? ExamplesOf(content) : new Dictionary<string, JsonElement>();

    public IReadOnlyList<ApiResponse> Responses =>
    [
        .. Node.GetProperty("responses").EnumerateObject().Select(response => new ApiResponse(
            int.Parse(response.Name, System.Globalization.CultureInfo.InvariantCulture),
            response.Value.TryGetProperty("$ref", out var reference) ? reference.GetString()!.Split('/')[^1] : null,
            Api.Follow(response.Value))),
    ];

    private JsonElement? RequestContent => Node.TryGetProperty("requestBody", out var body) ? body.GetProperty("content").GetProperty(Json) : null;

    internal static Dictionary<string, JsonElement> ExamplesOf(JsonElement content) => content.TryGetProperty("examples", out var examples)
        ? examples.EnumerateObject().ToDictionary(example => example.Name, example => example.Value.GetProperty("value"))
        : [];

    private IEnumerable<ApiParameter> ParametersOf(JsonElement node) => node.TryGetProperty("parameters", out var parameters)
        ? parameters.EnumerateArray().Select(Api.Follow).Select(parameter => new ApiParameter(
            parameter.GetProperty("name").GetString()!,
            parameter.GetProperty("in").GetString()!,
            parameter.TryGetProperty("example", out var example) ? example.ValueKind == JsonValueKind.String ? example.GetString() : example.GetRawText() : null))
        : [];
}

/// <param name="In"><c>path</c>, <c>query</c> or <c>header</c>.</param>
public sealed record ApiParameter(string Name, string In, string? Example);

/// <param name="Shared">The name under which several calls share it; null when it is this call's own.</param>
public sealed record ApiResponse(int Status, string? Shared, JsonElement Node)
{
    private JsonProperty? Content => Node.TryGetProperty("content", out var content) ? content.EnumerateObject().Single() : null;

    /// <summary>Null when there is no body.</summary>
    public string? MediaType => Content?.Name;

    public JsonElement? Schema => Content?.Value.GetProperty("schema");

    public IReadOnlyDictionary<string, JsonElement> Examples => Content is { } content ? ApiOperation.ExamplesOf(content.Value) : new Dictionary<string, JsonElement>();
}

using System.Text.Json;
using MailFunctions.Api.Reference;
using MailFunctions.TestPeers.OpenApi;

namespace MailFunctions.Tests.Api.Reference;

/// <summary>openapi.json as it is served.</summary>
internal static class OpenApiJson
{
    public static readonly ApiDescription Api = Read();

    /// <summary>The names of a schema's members, and which of them are required.</summary>
    public static (IEnumerable<string> All, IEnumerable<string> Required) Members(JsonElement schema)
    {
        var followed = Api.Follow(schema);
        return (
            followed.GetProperty("properties").EnumerateObject().Select(member => member.Name),
            followed.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(name => name.GetString()!) : []);
    }

    private static ApiDescription Read()
    {
        using var stream = typeof(ApiReference).Assembly.GetManifestResourceStream("MailFunctions.Api.Reference.openapi.json")!;
        return ApiDescription.Read(stream);
    }
}

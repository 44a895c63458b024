using System.Text;

namespace MailFunctions.TestPeers;

/// <summary>A request that must be refused, and how.</summary>
/// <param name="Name">What test results call it; unique.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="Says">What the answer's text has to contain, so that a person knows what to change.</param>
public sealed record HostileRequest(string Name, Func<byte[]> MakeBody, int Status, string Says)
{
    public string? ContentType { get; init; } = "application/json";

    /// <summary>Made anew each time: a few have tens of megabytes.</summary>
    public byte[] Body => MakeBody();

    /// <summary>The JSON pointer of one of the answer's errors; null when the whole request is at fault.</summary>
    public string? Place { get; init; }

    public override string ToString() => Name;

    /// <summary>A request that is legal but for one field, which is replaced or added; JSON goes in as it stands.</summary>
    public static string With(string field, string json)
    {
        var fields = Legal();
        fields[field] = json;
        return Json(fields);
    }

    public static string Without(params string[] names)
    {
        var fields = Legal();
        foreach (var name in names)
            fields.Remove(name);
        return Json(fields);
    }

    public static HostileRequest Bytes(string name, byte[] body, string says) => new(name, () => body, 400, says);

    public static HostileRequest Type(string? contentType, string says) =>
        new($"the content type {contentType ?? "null"}", () => Encoding.UTF8.GetBytes(Without()), 415, says) { ContentType = contentType };

    public static HostileRequest Syntax(string name, string body, string says) => new(name, () => Encoding.UTF8.GetBytes(body), 400, says);

    public static HostileRequest Field(string name, string field, string json, string says, string? place = null) =>
        Field(name, field, () => json, says, place);

    public static HostileRequest Field(string name, string field, Func<string> json, string says, string? place = null) =>
        new(name, () => Encoding.UTF8.GetBytes(With(field, json())), 422, says) { Place = place ?? $"/{field}" };

    public static HostileRequest Whole(string name, string body, string says, string place = "") =>
        new(name, () => Encoding.UTF8.GetBytes(body), 422, says) { Place = place };

    private static Dictionary<string, string> Legal() => new(StringComparer.Ordinal)
    {
        ["from"] = "\"Ann <ann@example.com>\"",
        ["to"] = "\"bob@example.org\"",
        ["subject"] = "\"Hello\"",
        ["text"] = "\"Hello Bob\"",
    };

    private static string Json(Dictionary<string, string> fields) =>
        $"{{{string.Join(',', fields.Select(field => $"\"{field.Key}\":{field.Value}"))}}}";
}

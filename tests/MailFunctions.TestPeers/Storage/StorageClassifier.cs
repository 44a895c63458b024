using System.Text.Json;
using System.Text.RegularExpressions;

namespace MailFunctions.TestPeers.Storage;

/// <summary>Tells from a request line what an operation is. Only what clients of this project use is told apart.</summary>
internal static partial class StorageClassifier
{
    public static (string Name, string Verb) Classify(StorageService service, string method, string path, string query, bool hasIfMatch, string? body) => service switch
    {
        StorageService.Queue => Queue(method, path, query),
        StorageService.Table => Table(method, path, hasIfMatch, body),
        _ => Blob(method, path, query),
    };

    public static bool IsWrite(string method) =>
        method is not ("GET" or "HEAD" or "OPTIONS");

    /// <summary>The operations of a table transaction, from its multipart body.</summary>
    public static IReadOnlyList<(string Name, string Verb)> Parts(string body, string account)
    {
        var lines = PartLine().Matches(body);
        var parts = new List<(string, string)>();
        for (var i = 0; i < lines.Count; i++)
        {
            var end = i + 1 < lines.Count ? lines[i + 1].Index : body.Length;
            var part = body[lines[i].Index..end];
            var path = Uri.UnescapeDataString(lines[i].Groups["path"].Value);
            if (path.StartsWith(account + "/", StringComparison.Ordinal))
                path = path[(account.Length + 1)..];
            parts.Add(Table(lines[i].Groups["method"].Value, path, part.Contains("\r\nIf-Match:", StringComparison.OrdinalIgnoreCase), null));
        }

        return parts;
    }

    /// <summary>The status of the first operation that failed, or 202.</summary>
    public static int TransactionStatus(string answer)
    {
        foreach (Match status in PartStatus().Matches(answer))
        {
            var code = int.Parse(status.Groups["code"].Value, System.Globalization.CultureInfo.InvariantCulture);
            if (code >= 400)
                return code;
        }

        return 202;
    }

    private static (string Name, string Verb) Queue(string method, string path, string query)
    {
        var words = path.Split('/', 3);
        return (words[0], (method, words.Length) switch
        {
            ("PUT", 1) when query.Contains("comp=metadata", StringComparison.Ordinal) => "set-metadata",
            ("PUT", 1) => "create",
            ("DELETE", 1) => "drop",
            ("GET" or "HEAD", 1) => query.Contains("comp=list", StringComparison.Ordinal) ? "list" : "properties",
            ("POST", 2) => "put",
            ("GET", 2) when query.Contains("peekonly=true", StringComparison.Ordinal) => "peek",
            ("GET", 2) => "get",
            ("DELETE", 2) => "clear",
            ("PUT", 3) => "update",
            ("DELETE", 3) => "delete",
            _ => method.ToLowerInvariant(),
        });
    }

    private static (string Name, string Verb) Table(string method, string path, bool hasIfMatch, string? body)
    {
        if (path.StartsWith("$batch", StringComparison.Ordinal))
            return ("", "batch");
        var bracket = path.IndexOf('(', StringComparison.Ordinal);
        var name = bracket < 0 ? path : path[..bracket];
        var key = bracket < 0 ? "" : path[(bracket + 1)..].TrimEnd(')');
        if (name == "Tables")
        {
            return method switch
            {
                "POST" => (TableName(body), "create"),
                "DELETE" => (key.Trim('\''), "drop"),
                _ => ("Tables", "query"),
            };
        }

        return (name, method switch
        {
            "POST" => "insert",
            "PUT" => hasIfMatch ? "replace" : "upsert",
            "PATCH" or "MERGE" => hasIfMatch ? "merge" : "upsert-merge",
            "DELETE" => "delete",
            _ => key.Length == 0 ? "query" : "read",
        });
    }

    private static string TableName(string? body)
    {
        using var json = JsonDocument.Parse(body ?? "{}");
        return json.RootElement.TryGetProperty("TableName", out var name) ? name.GetString() ?? "" : "";
    }

    private static (string Name, string Verb) Blob(string method, string path, string query)
    {
        var words = path.Split('/', 2);
        var comp = CompOf().Match(query).Groups["comp"].Value;
        return (words[0], (method, words.Length, comp) switch
        {
            ("PUT", 1, "") => "create",
            ("DELETE", 1, _) => "drop",
            ("GET", _, "list") => "list",
            ("GET" or "HEAD", 1, _) => "properties",
            ("PUT", 2, "") => "put",
            ("PUT", 2, "block") => "put-block",
            ("PUT", 2, "blocklist") => "commit",
            ("PUT", _, _) => "set-" + comp,
            ("DELETE", 2, _) => "delete",
            ("GET" or "HEAD", 2, _) => "read",
            _ => method.ToLowerInvariant(),
        });
    }

    [GeneratedRegex(@"^(?<method>POST|PUT|PATCH|MERGE|DELETE|GET) https?://[^/\s]+/(?<path>[^\s?]+)\S* HTTP/1\.1", RegexOptions.Multiline)]
    private static partial Regex PartLine();

    [GeneratedRegex(@"^HTTP/1\.1 (?<code>\d{3})", RegexOptions.Multiline)]
    private static partial Regex PartStatus();

    [GeneratedRegex(@"[?&]comp=(?<comp>\w+)")]
    private static partial Regex CompOf();
}

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MailFunctions.TestPeers.OpenApi;

namespace MailFunctions.Fuzz.Requests;

/// <summary>Calls as openapi.json has them, changed.</summary>
internal static class HostileRequest
{
    private const string Json = "application/json";

    /// <summary>Percent-encoded as they stand.</summary>
    private static readonly string[] PathTexts =
    [
        "c4n4ry", "c4n4ry%40example.com", "c4n4ry%2Fx", "c4n4ry%5Cx", "c4n4ry%23", "c4n4ry%3F", "c4n4ry%00", "c4n4ry%C2%85", "c4n4ry%ED%A0%80", "c4n4ry%", "%2e%2e", "..", "%20", "c4n4ry'%20or%20'a'%20eq%20'a", "C4N4RY", "c4n4ry%0d%0aX:%20y",
        new string('a', 600), "c4n4ry" + new string('b', 520), "-", "0", "%F0%9F%98%80c4n4ry", "%25c4n4ry", "mail-bulk", "00000000-0000-0000-0000-000000000000",
    ];

    private static readonly string[] QueryTexts = ["", "0", "-1", "99999999999999", "c4n4ry", "c4n4ry%40example.com", "%00c4n4ry", "2026-11-23T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "sent", "bulk", "total", "minute", "%ED%A0%80", "a,b,c4n4ry", "1e9", "true"];

    private static readonly (string Name, string[] Values)[] Headers =
    [
        ("Idempotency-Key", ["c4n4ry", "", "c4n4ry/\\#?", new string('k', 256), new string('k', 257), "c4n4ry\u00e4"]),
        ("Prefer", ["wait=0", "wait=-1", "wait=99999999999999999999", "wait=c4n4ry", "respond-async, wait=1", ""]),
        ("x-batch-validation", ["strict", "permissive", "c4n4ry"]),
        ("If-Match", ["\"1\"", "*", "c4n4ry", "\"99999999999999999999\"", "W/\"1\""]),
        ("If-None-Match", ["*", "\"c4n4ry\"", "c4n4ry"]),
        ("traceparent", ["00-c4n4ry", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"]),
        ("tracestate", ["c4n4ry=c4n4ry"]),
        ("baggage", ["c4n4ry=c4n4ry"]),
        ("Accept", ["c4n4ry/*", "text/html"]),
        ("User-Agent", ["c4n4ry (c4n4ry@example.com)"]),
        ("Cookie", ["c4n4ry=c4n4ry"]),
        ("Referer", ["http://c4n4ry.example.com/c4n4ry"]),
        ("X-Forwarded-For", ["c4n4ry"]),
        ("X-HTTP-Method-Override", ["DELETE"]),
        ("Authorization", ["Bearer c4n4ry", "Basic YzRuNHJ5OmM0bjRyeQ==", "c4n4ry"]),
        ("Origin", ["http://c4n4ry.example.com"]),
    ];

    private static readonly string[] ContentTypes = [Json, Json, Json, Json, Json, Json, "application/json; charset=utf-8", "application/json; charset=c4n4ry", "text/plain", "text/plain;application/json", "application/c4n4ry+json", "multipart/form-data; boundary=c4n4ry"];

    private static readonly (string Method, string Path)[] Resend =
        [("POST", "emails"), ("POST", "emails/batch"), ("GET", "emails/{id}"), ("PATCH", "emails/{id}"), ("POST", "emails/{id}/cancel"), ("GET", "emails"), ("DELETE", "emails/{id}")];

    public static HttpRequestMessage Of(Random random, Uri root, ApiOperation operation, string known)
    {
        var (path, query) = (operation.Path, new StringBuilder());
        foreach (var parameter in operation.Parameters)
        {
            if (parameter.In == "path")
                path = path.Replace($"{{{parameter.Name}}}", Part(random, parameter.Name, parameter.Example ?? "x", known), StringComparison.Ordinal);
            else if (parameter.In == "query" && random.Chance(40))
                Append(query, parameter.Name, random.Chance(40) ? Uri.EscapeDataString(parameter.Example ?? "1") : random.Pick(QueryTexts));
        }

        if (random.Chance(8))
            Append(query, random.Pick(["c4n4ry", "code", "limit", "%00"]), random.Pick(QueryTexts));
        var method = random.Chance(95) ? operation.Method : random.Pick(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "C4N4RY"]);
        var request = new HttpRequestMessage(new HttpMethod(method), Address(root, $"api{path}{query}"));
        // Without a key the host answers, in a case of twenty.
        if (random.Chance(95))
            request.Headers.Add("x-functions-key", RequestFuzz.FunctionKey);
        if (operation.RequestSchema is not null)
            request.Content = Body(random, random.Pick([.. operation.RequestExamples.Values.Select(example => JsonNode.Parse(example.GetRawText())!), JsonNode.Parse(HostileJson.Mail(random))!]));
        AddHeaders(random, request);
        return request;
    }

    public static HttpRequestMessage OfResend(Random random, Uri root, string known, string apiKey)
    {
        var (method, path) = random.Pick(Resend);
        path = path.Replace("{id}", Part(random, "id", known, known), StringComparison.Ordinal);
        var mail = JsonNode.Parse(HostileJson.Mail(random))!;
        var request = new HttpRequestMessage(new HttpMethod(method), Address(root, $"api/resend/{path}{(random.Chance(5) ? "?c4n4ry=1" : "")}"));
        if (method is "POST" or "PATCH")
            request.Content = Body(random, path.EndsWith("batch", StringComparison.Ordinal) ? new JsonArray(mail, mail.DeepClone()) : method == "PATCH" ? new JsonObject { ["scheduled_at"] = "in 1 hour" } : mail);
        AddHeaders(random, request);
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("Authorization", random.Chance(85) ? $"Bearer {apiKey}" : random.Pick([$"Bearer {apiKey}x", $"Bearer {apiKey[..^1]}", $"Bearer {apiKey[..59]}", "Bearer c4n4ry", "c4n4ry", ""]));
        return request;
    }

    public static async Task<string> ShownAsync(HttpRequestMessage request)
    {
        var headers = string.Join("; ", request.Headers.Select(header => $"{header.Key}: {string.Join(',', header.Value)}"));
        if (request.Content is null)
            return headers;
        var body = await request.Content.ReadAsStringAsync();
        return $"{headers}; {request.Content.Headers.ContentType}\n  {(body.Length > 2_000 ? body[..2_000] : body)}";
    }

    private static string Part(Random random, string name, string example, string known) =>
        random.Next(10) switch
        {
            < 4 => Uri.EscapeDataString(example),
            < 6 when name == "id" => known,
            _ => random.Pick(PathTexts),
        };

    private static ByteArrayContent Body(Random random, JsonNode example)
    {
        var content = new ByteArrayContent(HostileJson.Change(random, example));
        content.Headers.TryAddWithoutValidation("Content-Type", random.Pick(ContentTypes));
        if (random.Chance(3))
            content.Headers.TryAddWithoutValidation("Content-Encoding", random.Pick(["gzip", "c4n4ry", "identity"]));
        return content;
    }

    private static void AddHeaders(Random random, HttpRequestMessage request)
    {
        for (var count = random.Next(3); count > 0; count--)
        {
            var (name, values) = random.Pick(Headers);
            request.Headers.TryAddWithoutValidation(name, random.Pick(values));
        }

        if (random.Chance(20))
            request.Headers.TransferEncodingChunked = request.Content is not null;
    }

    private static void Append(StringBuilder query, string name, string value) => query.Append(query.Length == 0 ? '?' : '&').Append(CultureInfo.InvariantCulture, $"{name}={value}");

    /// <summary>Goes over the wire as it is written: dots and odd escapes are not put right.</summary>
    private static Uri Address(Uri root, string text) => new($"{root}{text}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}

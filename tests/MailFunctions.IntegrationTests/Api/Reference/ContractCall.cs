using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailFunctions.TestPeers.OpenApi;

namespace MailFunctions.IntegrationTests.Api.Reference;

/// <summary>One request as openapi.json has it: its examples, but for what a test puts in their place.</summary>
internal sealed record ContractCall(ApiOperation Operation)
{
    /// <summary>By the names of parameters, wherever they stand. A header or part of a query that is null is left out.</summary>
    public IReadOnlyDictionary<string, string?> Values { get; init; } = new Dictionary<string, string?>();

    /// <summary>Null for the first example of the body, if there is one.</summary>
    public byte[]? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public bool HasKey { get; init; } = true;

    /// <summary>An API key, beside the function key or alone; null for none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The server of the description that is called.</summary>
    public string Server { get; init; } = "/api";

    /// <summary>A query in place of the parameters that are documented; null for those.</summary>
    public string? Query { get; init; }

    public ContractCall With(string name, string? value) => this with { Values = new Dictionary<string, string?>(Values) { [name] = value } };

    /// <summary>The times of an example are those of its day: they are moved ahead of today.</summary>
    public ContractCall WithExample(JsonElement example, DateTimeOffset now)
    {
        var body = JsonNode.Parse(example.GetRawText())!;
        Move(body, now);
        return this with { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };
    }

    public ContractCall WithBody(string body) => this with { Body = Encoding.UTF8.GetBytes(body) };

    public async Task<ContractAnswer> SendAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(Operation.Method), new Uri(Address(), UriKind.Relative));
        if (HasKey && !Operation.IsPublic)
            request.Headers.Add("x-functions-key", ContractScene.Key);
        if (ApiKey is not null)
            request.Headers.Add(ApiHeaders.ApiKey, ApiKey);
        foreach (var parameter in Operation.Parameters.Where(parameter => parameter.In == "header"))
        {
            // What a header's example says is for a case of its own.
            if (Values.GetValueOrDefault(parameter.Name) is { } value)
                request.Headers.Add(parameter.Name, value);
        }

        if (Values.GetValueOrDefault("If-None-Match") is { } tag && Operation.IsPublic)
            request.Headers.Add("If-None-Match", tag);
        if (Operation.RequestSchema is not null && Body is { } body)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new(ContentType);
        }

        using var answer = await client.SendAsync(request, cancellationToken);
        return new ContractAnswer(
            (int)answer.StatusCode,
            answer.Content.Headers.ContentType?.MediaType,
            answer.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            await answer.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    private string Address()
    {
        var path = Operation.Path;
        var query = new StringBuilder();
        foreach (var parameter in Operation.Parameters.Where(parameter => parameter.In != "header"))
        {
            var value = Values.TryGetValue(parameter.Name, out var given) ? given : parameter.Example;
            if (parameter.In == "path")
                path = path.Replace($"{{{parameter.Name}}}", Uri.EscapeDataString(value!), StringComparison.Ordinal);
            else if (value is not null)
                query.Append(query.Length == 0 ? '?' : '&').Append(parameter.Name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return $"{Server}{path}{(Query is null ? query.ToString() : $"?{Query}")}";
    }

    private static void Move(JsonNode? node, DateTimeOffset now)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
                Move(item, now);
        }
        else if (node is JsonObject members)
        {
            foreach (var name in members.Select(member => member.Key).ToList())
            {
                if (name is "scheduled_at" or "expires_at" && members[name] is not null)
                    members[name] = now.AddDays(name == "scheduled_at" ? 1 : 2).ToString("O");
                else
                    Move(members[name], now);
            }
        }
    }
}

internal sealed record ContractAnswer(int Status, string? MediaType, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    public JsonElement Json => JsonElement.Parse(Bytes);

    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>What is not as this response says: status, media type, headers, schema.</summary>
    public IEnumerable<string> Faults(ApiDescription api, ApiResponse response)
    {
        if (Status != response.Status)
            return [$"is {Status} {Text}, documented {response.Status}"];
        // An answer to HEAD says of what type the body would be.
        if (response.MediaType is null)
            return Bytes.Length == 0 ? [] : [$"has the body {Text}, documented none"];
        if (MediaType != response.MediaType)
            return [$"is {MediaType}, documented {response.MediaType}"];
        if (response.MediaType == "application/x-ndjson")
            return Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(line => SchemaCheck.Faults(api, response.Schema!.Value, JsonElement.Parse(line)));
        return response.MediaType.EndsWith("json", StringComparison.Ordinal) ? SchemaCheck.Faults(api, response.Schema!.Value, Json) : [];
    }
}

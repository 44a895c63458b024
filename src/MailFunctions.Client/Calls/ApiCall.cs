using System.Net.Http.Headers;

namespace MailFunctions.Client.Calls;

/// <summary>One call of the API, as often as it is tried.</summary>
/// <param name="Path">Relative to the base address.</param>
internal sealed record ApiCall(HttpMethod Method, string Path)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>JSON in UTF-8; null when there is none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>The same in every try.</summary>
    public string? IdempotencyKey { get; init; }

    public BatchValidation? Validation { get; init; }

    /// <summary>A new one for each try.</summary>
    public HttpRequestMessage ToRequest(Uri baseAddress, string? functionKey)
    {
        var request = new HttpRequestMessage(Method, new Uri(baseAddress, Path));
        if (Body is { } body)
            request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = Json } };
        if (IdempotencyKey is not null)
            request.Headers.Add(ApiHeaders.IdempotencyKey, IdempotencyKey);
        if (Validation is { } validation)
            request.Headers.Add(ApiHeaders.BatchValidation, validation == BatchValidation.Permissive ? "permissive" : "strict");
        if (functionKey is not null)
            request.Headers.Add(ApiHeaders.FunctionKey, functionKey);
        return request;
    }
}

using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MailFunctions.Client.Calls;

/// <summary>One call of the API, with all of its tries.</summary>
/// <param name="Path">Relative to the base address.</param>
internal sealed record ApiCall(HttpMethod Method, string Path)
{
    /// <summary>JSON in UTF-8; null when there is none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>The key, the same in every try.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// A repetition may send mail twice, and no key prevents it: the call is retried only when the server
    /// has certainly not done it.
    /// </summary>
    public bool OnlyOnce { get; init; }

    public BatchValidation? Validation { get; init; }

    /// <summary>The seconds that the call may take to deliver the mail itself; null when it only accepts.</summary>
    public int? WaitSeconds { get; init; }

    /// <summary>The version of a template that is expected to be the newest; null for any.</summary>
    public int? IfVersion { get; init; }

    /// <summary>Encodes any text as one segment of a path.</summary>
    /// <exception cref="ArgumentException">The segment would change the path.</exception>
    public static string Segment(string text, [CallerArgumentExpression(nameof(text))] string? parameter = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(text, parameter);
        return text is "." or ".." ? throw new ArgumentException("This would be another path.", parameter) : Uri.EscapeDataString(text);
    }

    /// <summary>Returns a path with those parameters that have a value.</summary>
    public static string WithQuery(string path, params IEnumerable<(string Name, string? Value)> parameters)
    {
        var query = string.Join('&', parameters.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));
        return query.Length == 0 ? path : $"{path}?{query}";
    }

    public static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    public static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns the call with this body.</summary>
    public ApiCall With<T>(T body, JsonTypeInfo<T> type) => this with { Body = JsonSerializer.SerializeToUtf8Bytes(body, type) };

    /// <summary>Creates a new request for each try.</summary>
    public HttpRequestMessage ToRequest(Uri baseAddress, string? functionKey, string? apiKey)
    {
        var request = new HttpRequestMessage(Method, new Uri(baseAddress, Path));
        if (Body is { } body)
            request.Content = new JsonBody(body);
        else if (OnlyOnce)
            // The HTTP client itself repeats a request without content when an open connection is closed.
            request.Content = new ReadOnlyMemoryContent(default);
        if (IdempotencyKey is not null)
            request.Headers.Add(ApiHeaders.IdempotencyKey, IdempotencyKey);
        if (Validation is { } validation)
            request.Headers.Add(ApiHeaders.BatchValidation, validation == BatchValidation.Permissive ? "permissive" : "strict");
        if (WaitSeconds is { } seconds)
            request.Headers.Add(ApiHeaders.Prefer, FormattableString.Invariant($"wait={seconds}"));
        if (IfVersion is { } version)
            request.Headers.IfMatch.Add(new EntityTagHeaderValue(FormattableString.Invariant($"\"{version}\"")));
        if (functionKey is not null)
            request.Headers.Add(ApiHeaders.FunctionKey, functionKey);
        if (apiKey is not null)
            request.Headers.Add(ApiHeaders.ApiKey, apiKey);
        return request;
    }
}

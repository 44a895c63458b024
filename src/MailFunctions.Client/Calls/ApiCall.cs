using System.Globalization;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MailFunctions.Client.Calls;

/// <summary>One call of the API, as often as it is tried.</summary>
/// <param name="Path">Relative to the base address.</param>
internal sealed record ApiCall(HttpMethod Method, string Path)
{
    /// <summary>JSON in UTF-8; null when there is none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>The same in every try.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Done twice it may send twice, and no key keeps it from that: tried again only when the server has not done it for certain.</summary>
    public bool OnlyOnce { get; init; }

    public BatchValidation? Validation { get; init; }

    /// <summary>How many seconds the call may take to deliver the mail itself; null when it only accepts.</summary>
    public int? WaitSeconds { get; init; }

    /// <summary>Of a template, that is expected to be the newest; null for any.</summary>
    public int? IfVersion { get; init; }

    /// <summary>One segment of a path, whatever characters are in it.</summary>
    /// <exception cref="ArgumentException">It would be another path.</exception>
    public static string Segment(string text, [CallerArgumentExpression(nameof(text))] string? parameter = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(text, parameter);
        return text is "." or ".." ? throw new ArgumentException("This would be another path.", parameter) : Uri.EscapeDataString(text);
    }

    /// <summary>A path with those of the parameters that are there.</summary>
    public static string WithQuery(string path, params IEnumerable<(string Name, string? Value)> parameters)
    {
        var query = string.Join('&', parameters.Where(parameter => parameter.Value is not null).Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));
        return query.Length == 0 ? path : $"{path}?{query}";
    }

    public static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    public static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    /// <summary>With what goes as its body.</summary>
    public ApiCall With<T>(T body, JsonTypeInfo<T> type) => this with { Body = JsonSerializer.SerializeToUtf8Bytes(body, type) };

    /// <summary>A new one for each try.</summary>
    public HttpRequestMessage ToRequest(Uri baseAddress, string? functionKey)
    {
        var request = new HttpRequestMessage(Method, new Uri(baseAddress, Path));
        if (Body is { } body)
            request.Content = new JsonBody(body);
        else if (OnlyOnce)
            // A request without any content is sent anew by the HTTP client itself when a connection that was open ends.
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
        return request;
    }
}

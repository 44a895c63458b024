using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Http;

/// <summary>Writes a problem as <c>application/problem+json</c> (RFC 9457 section 3).</summary>
internal sealed class ProblemResult(Problem problem) : IResult, IStatusCodeHttpResult
{
    // For people: quotes and letters as they are. No browser takes the answer for a page.
    private static readonly ProblemJson Readable = new(new JsonSerializerOptions(ProblemJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public Problem Problem => problem;

    public int? StatusCode => problem.Status;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var body = JsonSerializer.SerializeToUtf8Bytes(ProblemDocument.Of(problem), Readable.ProblemDocument);

        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (problem.RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}

/// <summary>The members of the answer, in their order.</summary>
internal sealed record ProblemDocument(string Type, string Title, int Status, string Name, string? Detail, IReadOnlyList<ProblemError>? Errors)
{
    public static ProblemDocument Of(Problem problem) =>
        new(problem.Type, problem.Title, problem.Status, problem.Name, problem.Detail, problem.Errors.Count == 0 ? null : problem.Errors);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemDocument))]
internal sealed partial class ProblemJson : JsonSerializerContext;

using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Http;

/// <summary>Writes a problem as <c>application/problem+json</c> (RFC 9457 section 3).</summary>
internal sealed class ProblemResult(Problem problem) : IResult, IStatusCodeHttpResult
{
    // Written for people: quotes and letters stay unescaped. No browser renders the answer as a page.
    private static readonly ContractsJson Readable = new(new JsonSerializerOptions(ContractsJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public Problem Problem => problem;

    public int? StatusCode => problem.Status;

    private ProblemDocument Document =>
        new(problem.Type, problem.Title, problem.Status, problem.Name, problem.Detail, problem.Errors.Count == 0 ? null : problem.Errors);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var body = JsonSerializer.SerializeToUtf8Bytes(Document, Readable.ProblemDocument);

        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        problem.WriteRetryAfter(response);

        await response.Body.WriteAsync(body, httpContext.RequestAborted);
        await problem.DrainAsync(httpContext);
    }
}

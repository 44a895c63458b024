using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MailFunctions.Http.Requests;

/// <summary>The JSON of one request, with the errors found so far.</summary>
/// <remarks>A request costs its body, its decoded attachments and its texts, each once.</remarks>
internal sealed record RequestDocument(RequestValue Root, ErrorList Errors)
{
    /// <summary>The request's share of the common memory; null when it is not counted.</summary>
    public HeldMemory? Memory { get; init; }

    /// <param name="maxValues">The most JSON values that the body may hold.</param>
    /// <param name="takesBytes">See <see cref="RequestOutline.Parse"/>.</param>
    public static Task<OrProblem<RequestDocument>> ReadAsync(HttpRequest request, int maxValues, CancellationToken cancellationToken, bool takesBytes = false)
    {
        var coding = request.Headers[HeaderNames.ContentEncoding].ToString();
        return coding.Length == 0 || coding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? ReadAsync(request.Body, request.ContentType, request.ContentLength, maxValues, cancellationToken, takesBytes, HeldMemory.Of(request))
            : Task.FromResult<OrProblem<RequestDocument>>(Problem.UnsupportedMediaType("The body must not be compressed: Content-Encoding is not supported."));
    }

    /// <param name="memory">The request's share of the common memory; null charges nothing.</param>
    public static async Task<OrProblem<RequestDocument>> ReadAsync(
        Stream stream, string? contentType, long? contentLength, int maxValues, CancellationToken cancellationToken, bool takesBytes = false, HeldMemory? memory = null)
    {
        if (RequestBody.CheckContentType(contentType) is { } wrongType)
            return wrongType;

        var body = await RequestBody.ReadAsync(stream, contentLength, memory, cancellationToken);
        if (!body.Succeeded)
            return body.Problem;

        var errors = new ErrorList();
        var outline = RequestOutline.Parse(body.Value.Bytes, errors, maxValues, takesBytes, memory);
        return outline.Succeeded ? new RequestDocument(outline.Value, errors) { Memory = memory } : outline.Problem;
    }
}

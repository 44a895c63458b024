using MailFunctions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MailFunctions.Intake;

/// <summary>Reads a request to send one email, from bytes to a draft that is valid in every part.</summary>
/// <remarks>Safe for concurrent use. A request costs its body, its decoded attachments and its texts, each once.</remarks>
internal sealed class EmailRequestReader(TimeProvider clock)
{
    public Task<OrProblem<EmailDraft>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var coding = request.Headers[HeaderNames.ContentEncoding].ToString();
        return coding.Length == 0 || coding.Equals("identity", StringComparison.OrdinalIgnoreCase)
            ? ReadAsync(request.Body, request.ContentType, request.ContentLength, cancellationToken)
            : Task.FromResult<OrProblem<EmailDraft>>(Problem.UnsupportedMediaType("The body must not be compressed: Content-Encoding is not supported."));
    }

    public async Task<OrProblem<EmailDraft>> ReadAsync(Stream stream, string? contentType, long? contentLength, CancellationToken cancellationToken)
    {
        if (RequestBody.CheckContentType(contentType) is { } wrongType)
            return wrongType;

        var body = await RequestBody.ReadAsync(stream, contentLength, cancellationToken);
        return body.Succeeded ? Parse(body.Value.Bytes) : body.Problem;
    }

    private OrProblem<EmailDraft> Parse(ReadOnlyMemory<byte> utf8)
    {
        var errors = new ErrorList();
        var outline = RequestOutline.Parse(utf8, errors);
        if (!outline.Succeeded)
            return outline.Problem;

        var draft = new EmailRequestParser(errors, clock.GetUtcNow()).Parse(outline.Value);
        return draft is null || errors.Any ? errors.ToProblem() : draft;
    }
}

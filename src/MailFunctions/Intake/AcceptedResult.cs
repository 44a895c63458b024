using Microsoft.AspNetCore.Http;

namespace MailFunctions.Intake;

/// <summary>202 with where to ask what became of the mail.</summary>
/// <param name="location">Relative to the folder of the call.</param>
internal sealed class AcceptedResult(byte[] body, string location, bool isReplay) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status202Accepted;
        response.Headers.Location = location;
        if (isReplay)
            response.Headers["Idempotent-Replayed"] = "true";
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }
}

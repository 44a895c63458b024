using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary>202 with where to ask what became of the mail.</summary>
/// <param name="location">The path to ask at, with the route prefix.</param>
internal sealed class AcceptedResult(byte[] body, string location, bool isReplay) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.Location = location;
        return JsonAnswer.WriteReceivedAsync(httpContext, StatusCodes.Status202Accepted, body, isReplay);
    }
}

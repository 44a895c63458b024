using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary>Answers 202 with the location of the mail's state.</summary>
/// <param name="location">The path of the mail, with the route prefix.</param>
internal sealed class AcceptedResult(byte[] body, string location, bool isReplay) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.Location = location;
        return JsonAnswer.WriteReceivedAsync(httpContext, StatusCodes.Status202Accepted, body, isReplay);
    }
}

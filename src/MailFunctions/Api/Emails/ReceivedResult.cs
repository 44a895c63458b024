using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary>Answers a caller whose mail is accepted.</summary>
/// <param name="location">The path of the mail or of the batch, with the route prefix; null when the answer names none.</param>
internal sealed class ReceivedResult(Received received, int status, string? location = null) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (location is not null)
            httpContext.Response.Headers.Location = location;
        return JsonAnswer.WriteReceivedAsync(httpContext, status, received.Body, received.IsReplay);
    }
}

using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Resend;

/// <summary>200 with an answer that was written before, and perhaps given before.</summary>
internal sealed class ReceivedResult(byte[] body, bool isReplay) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => JsonAnswer.WriteReceivedAsync(httpContext, StatusCodes.Status200OK, body, isReplay);
}

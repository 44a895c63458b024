using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Resend;

/// <summary>Answers 200 with a body that was already written, and may have been sent before.</summary>
internal sealed class ReceivedResult(byte[] body, bool isReplay) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => JsonAnswer.WriteReceivedAsync(httpContext, StatusCodes.Status200OK, body, isReplay);
}

using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary>Answers a caller who waits for what becomes of a mail that is accepted already.</summary>
internal sealed class InlineAnswers(EmailReader reader, TimeProvider clock)
{
    /// <param name="wait">What the caller asked for.</param>
    /// <param name="left">What is left of it.</param>
    /// <param name="accepted">The answer that the mail is accepted.</param>
    /// <returns>200 with the mail as it stands after its attempt; <paramref name="accepted"/> when that is not known in time.</returns>
    public async Task<IResult> AwaitAsync(Task<bool> delivery, EmailId id, TimeSpan wait, TimeSpan left, IResult accepted, CancellationToken cancellationToken)
    {
        var known = await Task.WhenAny(delivery, Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, cancellationToken)) == delivery && await delivery;
        cancellationToken.ThrowIfCancellationRequested();
        return new AppliedResult(known ? await ReadAsync(id, accepted, cancellationToken) : accepted, wait);
    }

    /// <summary>Whatever goes wrong here, the mail is accepted.</summary>
    private async Task<IResult> ReadAsync(EmailId id, IResult accepted, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(id.ToString(), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return accepted;
        }
    }
}

/// <summary>An answer that also says that the preference was heeded (RFC 7240 section 3).</summary>
internal sealed class AppliedResult(IResult answer, TimeSpan wait) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers[WaitPreference.AppliedHeader] = WaitPreference.Applied(wait);
        return answer.ExecuteAsync(httpContext);
    }
}

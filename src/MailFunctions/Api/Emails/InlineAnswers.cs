using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary>Answers a caller that waits for the outcome of an accepted mail.</summary>
internal sealed class InlineAnswers(EmailReader reader, TimeProvider clock)
{
    /// <param name="wait">The wait that the caller asked for.</param>
    /// <param name="left">The part of it that is left.</param>
    /// <param name="accepted">The answer to an accepted mail.</param>
    /// <returns>200 with the mail as of its attempt; <paramref name="accepted"/> when the outcome is not known in time.</returns>
    public async Task<IResult> AwaitAsync(Task<bool> delivery, EmailId id, TimeSpan wait, TimeSpan left, IResult accepted, Caller caller, CancellationToken cancellationToken)
    {
        var known = await Task.WhenAny(delivery, Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, cancellationToken)) == delivery && await delivery;
        cancellationToken.ThrowIfCancellationRequested();
        return new AppliedResult(known ? await ReadAsync(id, accepted, caller, cancellationToken) : accepted, wait);
    }

    /// <summary>Reads the outcome. Any failure here still leaves the mail accepted.</summary>
    private async Task<IResult> ReadAsync(EmailId id, IResult accepted, Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(id, caller, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return accepted;
        }
    }
}

/// <summary>Marks an answer to show that the preference was applied (RFC 7240 section 3).</summary>
internal sealed class AppliedResult(IResult answer, TimeSpan wait) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers[WaitPreference.AppliedHeader] = WaitPreference.Applied(wait);
        return answer.ExecuteAsync(httpContext);
    }
}

using System.Text;
using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Unsubscription;

/// <summary>Answers with the page, which no cache, search engine or other site gets to see.</summary>
/// <param name="unreadBytes">The most bytes of an unread body that are drained after the answer.</param>
internal sealed class PageResult(int status, string language, string html, string policy, TimeSpan? retryAfter = null, long unreadBytes = 0) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => status;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = Encoding.UTF8.GetBytes(html);
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = body.Length;
        response.Headers.ContentLanguage = language;
        response.Headers.Vary = "Accept-Language";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = policy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["X-Robots-Tag"] = "noindex, nofollow";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.XFrameOptions = "DENY";
        if (retryAfter is { } wait)
            response.Headers.RetryAfter = FormattableString.Invariant($"{wait.TotalSeconds:0}");
        if (!HttpMethods.IsHead(httpContext.Request.Method))
            await response.Body.WriteAsync(body, httpContext.RequestAborted);
        if (unreadBytes > 0)
            await UnreadBody.DrainAsync(httpContext, unreadBytes);
    }
}

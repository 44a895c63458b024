using MailFunctions.LocalHost.Children;
using Microsoft.Extensions.Primitives;

namespace MailFunctions.LocalHost.Hosting;

/// <summary>
/// Refuses requests that a browser sends for a page of another site. A browser sends requests to loopback addresses for
/// any page that asks it to, and the functions trust every caller on this machine. Programs other than browsers send
/// neither Origin nor Sec-Fetch-Site, and are not affected.
/// </summary>
/// <remarks>tools/guard.cjs has the same rules for Azurite and the inbox; one test checks all of them with the same requests.</remarks>
internal sealed class BrowserGuard(AllowedPages allowed)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (FindForeign(context.Request) is not { } foreign)
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync(
            $"Refused: the {foreign} of this request is foreign to this machine. "
            + "LocalHost:AllowedHosts names further hosts, LocalHost:AllowedOrigins other pages.\n",
            context.RequestAborted);
    }

    /// <returns>The header that is foreign; null when the request may pass.</returns>
    /// <remarks>Kestrel refuses a request target in absolute form whose authority differs from Host.</remarks>
    private string? FindForeign(HttpRequest request)
    {
        if (HostName.Parse(request.Headers.Host.ToString()) is not { } host || !(host.IsLoopback || allowed.Hosts.Contains(host.Name)))
            return "Host";

        if (!StringValues.IsNullOrEmpty(request.Headers.Origin))
        {
            var origin = request.Headers.Origin.ToString().ToLowerInvariant();
            if (allowed.Origins.Contains(origin))
                return null;
            if (HostName.ParseOrigin(origin) is not { } page)
                return "Origin";
            if (allowed.Hosts.Contains(page.Name))
                return null;
            if (page != host)
                return "Origin";
        }

        // Fetch Metadata Request Headers, section 2.3: "none" is a request by the user, by hand or by a bookmark.
        var site = request.Headers["Sec-Fetch-Site"];
        return site.Count == 0 || site == "same-origin" || site == "none" || IsNavigation(request) ? null : "Sec-Fetch-Site";
    }

    /// <summary>
    /// Recognises a link that opens as a page of its own: no GET of the functions changes anything, and no
    /// other page sees the answer.
    /// </summary>
    private static bool IsNavigation(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.Headers["Sec-Fetch-Mode"] == "navigate" && request.Headers["Sec-Fetch-Dest"] == "document";
}

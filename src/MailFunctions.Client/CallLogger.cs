using Microsoft.Extensions.Http.Logging;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Client;

/// <summary>Logs each try in place of the factory's own lines, which contain whole URLs: those of suppressions hold an address.</summary>
internal sealed class CallLogger(ILogger<MailFunctionsClient> logger) : IHttpClientLogger
{
    private const string Personal = "/suppressions/";

    private static readonly Action<ILogger, string, string, int, double, Exception?> Answered = LoggerMessage.Define<string, string, int, double>(
        LogLevel.Information, new EventId(1, nameof(Answered)), "{Method} {Path}: {Status} after {Milliseconds:0} ms.");

    private static readonly Action<ILogger, string, string, double, string, Exception?> Lost = LoggerMessage.Define<string, string, double, string>(
        LogLevel.Information, new EventId(2, nameof(Lost)), "{Method} {Path}: no answer after {Milliseconds:0} ms, {Reason}.");

    public object? LogRequestStart(HttpRequestMessage request) => null;

    public void LogRequestStop(object? context, HttpRequestMessage request, HttpResponseMessage response, TimeSpan elapsed) =>
        Answered(logger, request.Method.Method, PathOf(request), (int)response.StatusCode, elapsed.TotalMilliseconds, null);

    public void LogRequestFailed(object? context, HttpRequestMessage request, HttpResponseMessage? response, Exception exception, TimeSpan elapsed) =>
        Lost(logger, request.Method.Method, PathOf(request), elapsed.TotalMilliseconds, exception.GetType().Name, null);

    /// <summary>Returns the path without the query and without an address.</summary>
    private static string PathOf(HttpRequestMessage request)
    {
        var path = request.RequestUri?.AbsolutePath ?? "";
        var at = path.IndexOf(Personal, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? path : path[..(at + Personal.Length)] + "…";
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Http;

public static class RequestLines
{
    /// <summary>Log categories that quote a request: its line, its path, or the raw input in place of these when it is not HTTP.</summary>
    private static readonly string[] Sources =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.HostFiltering.HostFilteringMiddleware",
        "Microsoft.AspNetCore.Routing.Matching.DfaMatcher",
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
    ];

    /// <summary>
    /// Keeps request addresses out of the logs. ASP.NET Core logs the address of each request, including a function key in
    /// <c>?code=</c> and a mail address in the path; Kestrel logs the unreadable part of a malformed request. Only lines of
    /// this level or above remain, whatever levels are configured.
    /// </summary>
    /// <param name="least"><see cref="LogLevel.Warning"/> or above; the last call wins.</param>
    public static void KeepRequestLinesOutOfLogs(this IServiceCollection services, LogLevel least = LogLevel.Warning) =>
        services.PostConfigure<LoggerFilterOptions>(filter =>
        {
            // A rule for one provider takes precedence over a rule for all, so each provider gets its own.
            var providers = filter.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList();
            foreach (var (provider, source) in providers.SelectMany(provider => Sources.Select(source => (provider, source))))
                filter.Rules.Add(new LoggerFilterRule(provider, source, least, null));
        });
}

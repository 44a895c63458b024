using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Http;

public static class RequestLines
{
    /// <summary>What quotes a request: its line, its path, or, of a request that is no HTTP, whatever stands where these belong.</summary>
    private static readonly string[] Sources =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.HostFiltering.HostFilteringMiddleware",
        "Microsoft.AspNetCore.Routing.Matching.DfaMatcher",
        "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
    ];

    /// <summary>
    /// ASP.NET Core logs the address of each request, and with it a function key in <c>?code=</c> and a mail address in the
    /// path; of a malformed request Kestrel logs the part that it cannot read. Only what is of this level or above is left, whatever levels are configured.
    /// </summary>
    /// <param name="least"><see cref="LogLevel.Warning"/> or above; the last call wins.</param>
    public static void KeepRequestLinesOutOfLogs(this IServiceCollection services, LogLevel least = LogLevel.Warning) =>
        services.PostConfigure<LoggerFilterOptions>(filter =>
        {
            // A rule for one provider beats those for all of them, so each gets its own.
            var providers = filter.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList();
            foreach (var (provider, source) in providers.SelectMany(provider => Sources.Select(source => (provider, source))))
                filter.Rules.Add(new LoggerFilterRule(provider, source, least, null));
        });
}

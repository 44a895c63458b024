using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Http;

internal static class FrameworkLines
{
    private const string Category = "Microsoft.AspNetCore";

    /// <summary>
    /// ASP.NET Core logs several lines for each request at Information, which are paid for like any other. Where no level
    /// is configured for them, or for Microsoft altogether, they begin at Warning.
    /// </summary>
    public static void KeepFrameworkLinesAtWarning(this IServiceCollection services) =>
        services.PostConfigure<LoggerFilterOptions>(filter =>
        {
            var isConfigured = filter.Rules.Any(rule => rule.CategoryName is { Length: > 0 } category
                && (category.Equals(Category, StringComparison.OrdinalIgnoreCase) || Category.StartsWith($"{category}.", StringComparison.OrdinalIgnoreCase)));
            if (!isConfigured)
                filter.Rules.Add(new LoggerFilterRule(providerName: null, Category, LogLevel.Warning, filter: null));
        });
}

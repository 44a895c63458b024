using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Http;

internal static class FrameworkLines
{
    private const string Category = "Microsoft.AspNetCore";

    /// <summary>
    /// Raises the level of the several lines that ASP.NET Core logs at Information for each request, which cost as much as
    /// any other. They begin at Warning unless a level is configured for them or for Microsoft altogether.
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

using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Keys.Quotas;

/// <summary>Tells a caller how much is left of the limit that is nearest to its end.</summary>
internal static class RateLimitHeaders
{
    public const string Limit = "ratelimit-limit";

    public const string Remaining = "ratelimit-remaining";

    /// <summary>Seconds until the window ends.</summary>
    public const string Reset = "ratelimit-reset";

    public static void Write(HttpResponse response, QuotaStanding standing, DateTimeOffset now)
    {
        response.Headers[Limit] = standing.Limit.ToString(CultureInfo.InvariantCulture);
        response.Headers[Remaining] = standing.Remaining.ToString(CultureInfo.InvariantCulture);
        response.Headers[Reset] = Math.Max(0, (long)Math.Ceiling((standing.ResetAt - now).TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }
}

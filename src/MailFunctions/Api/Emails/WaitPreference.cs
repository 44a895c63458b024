using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MailFunctions.Api.Emails;

/// <summary>The preference <c>wait</c> (RFC 7240 section 4.3): how long a caller would wait for the outcome.</summary>
internal static class WaitPreference
{
    public const string AppliedHeader = "Preference-Applied";

    /// <summary>A longer wait counts as this.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(ApiHeaders.MaxWaitSeconds);

    /// <returns>From 1 s; null when the request has none. What cannot be read counts as not there (RFC 7240 section 2).</returns>
    public static TimeSpan? Of(HttpRequest request)
    {
        // The first of the same name counts.
        var wait = request.Headers[ApiHeaders.Prefer]
            .SelectMany(line => (line ?? "").Split(','))
            .Select(preference => preference.Split(';')[0].Split('=', 2))
            .FirstOrDefault(preference => preference[0].Trim().Equals("wait", StringComparison.OrdinalIgnoreCase));
        return wait is [_, var value]
            && int.TryParse(HeaderUtilities.RemoveQuotes(value.Trim()).AsSpan(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds > 0
                ? TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds))
                : null;
    }

    public static string Applied(TimeSpan wait) => string.Create(CultureInfo.InvariantCulture, $"wait={wait.TotalSeconds:0}");
}

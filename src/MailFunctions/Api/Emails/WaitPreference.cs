using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MailFunctions.Api.Emails;

/// <summary>Reads the preference <c>wait</c> (RFC 7240 section 4.3): how long a caller is willing to wait for the outcome.</summary>
internal static class WaitPreference
{
    public const string AppliedHeader = "Preference-Applied";

    /// <summary>The longest wait; a longer one is reduced to it.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(ApiHeaders.MaxWaitSeconds);

    /// <returns>At least 1 s; null when the request has none. An unreadable preference is ignored (RFC 7240 section 2).</returns>
    public static TimeSpan? Of(HttpRequest request)
    {
        // The first preference of the same name counts.
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

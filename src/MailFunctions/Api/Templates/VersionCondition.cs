using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MailFunctions.Api.Templates;

/// <summary>
/// Reads a caller's condition for replacing a template: If-Match and If-None-Match (RFC 9110 section 13.1), with the
/// version's number as the entity tag.
/// </summary>
internal static class VersionCondition
{
    public static string Tag(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <returns>Returns whether the newest version is as expected, given its number; null when there is none.</returns>
    public static Func<int?, bool> Of(HttpRequest request)
    {
        var headers = request.GetTypedHeaders();
        var (match, noneMatch) = (headers.IfMatch, headers.IfNoneMatch);
        var (mustMatch, mustNotMatch) = (request.Headers.ContainsKey(HeaderNames.IfMatch), request.Headers.ContainsKey(HeaderNames.IfNoneMatch));
        return version => (!mustMatch || Names(match, version)) && (!mustNotMatch || !Names(noneMatch, version));
    }

    private static bool Names(IList<EntityTagHeaderValue> tags, int? version) =>
        version is { } number && tags.Any(tag => tag.Tag == "*" || (!tag.IsWeak && tag.Tag == Tag(number)));
}

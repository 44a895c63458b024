using System.Globalization;

namespace MailFunctions.Requests;

/// <summary>Reads a moment: ISO 8601 with an offset, since nobody knows the caller's time zone.</summary>
internal static class RequestInstant
{
    private const int MostChars = 64;

    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm'Z'"];

    /// <returns>UTC; null, perhaps with an error, when there is none.</returns>
    public static DateTimeOffset? Read(RequestValue? value, ErrorList errors)
    {
        if (value is null || RequestFields.ReadText(value, MostChars, errors) is not { } text)
            return null;
        if (DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return at.ToUniversalTime();

        errors.Add(value, "must be an ISO 8601 instant with an offset, such as 2027-01-31T18:30:00Z or 2027-01-31T19:30:00+01:00");
        return null;
    }
}

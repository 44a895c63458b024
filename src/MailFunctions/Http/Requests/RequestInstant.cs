namespace MailFunctions.Http.Requests;

/// <summary>Reads the instants of a body (<see cref="Instant"/>): with an offset, since the caller's time zone is unknown.</summary>
internal static class RequestInstant
{
    /// <returns>The instant in UTC; null when absent or, with an error, invalid.</returns>
    public static DateTimeOffset? Read(RequestValue? value, ErrorList errors)
    {
        if (value is null || RequestFields.ReadText(value, Instant.MaxChars, errors) is not { } text)
            return null;
        if (Instant.TryParse(text, out var at))
            return at;

        errors.Add(value, "must be an ISO 8601 instant with an offset, such as 2027-01-31T18:30:00Z or 2027-01-31T19:30:00+01:00 (RFC 3339 section 5.6)");
        return null;
    }

    /// <summary>Reads an instant that bounds a search.</summary>
    /// <inheritdoc cref="Read"/>
    public static DateTimeOffset? ReadBound(RequestValue? value, ErrorList errors)
    {
        if (Read(value, errors) is not { } at)
            return null;
        if (Instant.CanBound(at))
            return at;

        errors.Add(value!, "must lie in the years 2001 to 8999");
        return null;
    }
}

using MailFunctions.Http.Requests;

namespace MailFunctions.Intake;

/// <summary>Reads the bodies of a mail.</summary>
internal static class BodyRules
{
    /// <returns>Null when absent or invalid.</returns>
    public static string? Read(RequestValue? value, ErrorList errors)
    {
        var body = value is null ? null : RequestFields.ReadText(value, EmailLimits.BodyChars, errors);
        if (body is null || !body.Contains('\0', StringComparison.Ordinal))
            return body;

        errors.Add(value!, "holds the character NUL, which no mail may hold");
        return null;
    }
}

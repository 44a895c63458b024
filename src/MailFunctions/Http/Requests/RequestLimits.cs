namespace MailFunctions.Http.Requests;

/// <summary>The bounds of any body, whatever it asks for. They are part of the API.</summary>
internal static class RequestLimits
{
    /// <summary>40 MiB: 25 MiB of attachments as base64, and room for the rest.</summary>
    public const int BodyBytes = 40 * 1024 * 1024;

    /// <summary>Objects and arrays within each other.</summary>
    public const int JsonDepth = 16;

    /// <summary>How many errors an answer lists; the others are counted.</summary>
    public const int ListedErrors = 100;
}

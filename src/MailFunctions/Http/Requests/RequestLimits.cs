namespace MailFunctions.Http.Requests;

/// <summary>The limits on every body, whatever its operation. They are part of the API.</summary>
internal static class RequestLimits
{
    /// <summary>40 MiB: 25 MiB of attachments as base64, and room for the rest.</summary>
    public const int BodyBytes = 40 * 1024 * 1024;

    /// <summary>The nesting depth of objects and arrays.</summary>
    public const int JsonDepth = 16;

    /// <summary>The number of errors that an answer lists; the rest are counted.</summary>
    public const int ListedErrors = 100;

    /// <summary>The most UTF-16 code units in the message of one error.</summary>
    public const int ErrorChars = 1_000;
}

namespace MailFunctions.Contracts;

/// <summary>The headers that are specific to the API.</summary>
public static class ApiHeaders
{
    /// <summary>1 to <see cref="MaxIdempotencyKeyChars"/> characters; the same request with the same key is accepted once.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    public const int MaxIdempotencyKeyChars = 256;

    /// <summary><c>strict</c> or <c>permissive</c>.</summary>
    public const string BatchValidation = "x-batch-validation";

    /// <summary>
    /// <c>wait=N</c> (RFC 7240 section 4.3): the call delivers the mail itself and waits that many seconds for the outcome.
    /// </summary>
    public const string Prefer = "Prefer";

    /// <summary>The longest wait in seconds; a longer one is reduced to it.</summary>
    public const int MaxWaitSeconds = 30;

    /// <summary>The function key of Azure Functions.</summary>
    public const string FunctionKey = "x-functions-key";

    /// <summary>An API key: alone, or beside a function key, whose call it narrows.</summary>
    public const string ApiKey = "X-Api-Key";
}

namespace MailFunctions.Contracts;

/// <summary>The names by which programs distinguish problems. A newer server may know others.</summary>
public static class ProblemName
{
    public const string ConcurrentIdempotentRequests = "concurrent_idempotent_requests";

    public const string ExceedsQuota = "exceeds_quota";

    public const string InternalError = "internal_error";

    public const string InvalidApiKey = "invalid_api_key";

    public const string InvalidBody = "invalid_body";

    public const string InvalidIdempotencyKey = "invalid_idempotency_key";

    public const string InvalidIdempotentRequest = "invalid_idempotent_request";

    public const string InvalidJson = "invalid_json";

    public const string InvalidState = "invalid_state";

    public const string MissingApiKey = "missing_api_key";

    public const string NotFound = "not_found";

    public const string PayloadTooLarge = "payload_too_large";

    public const string PreconditionFailed = "precondition_failed";

    public const string RateLimitExceeded = "rate_limit_exceeded";

    public const string RestrictedApiKey = "restricted_api_key";

    public const string SenderNotAllowed = "sender_not_allowed";

    public const string ServerBusy = "server_busy";

    public const string StorageUnavailable = "storage_unavailable";

    public const string TimerRunning = "timer_running";

    public const string UnsupportedMediaType = "unsupported_media_type";

    public const string ValidationError = "validation_error";
}

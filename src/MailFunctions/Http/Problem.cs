using System.Globalization;
using MailFunctions.Http.Requests;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Http;

/// <summary>
/// An error of a request as a value (RFC 9457): a stage returns it, and the trigger answers with
/// <see cref="ToResult"/>.
/// </summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Name">A stable name by which programs distinguish problems, such as <c>validation_error</c>.</param>
/// <param name="Title">One sentence for a person, the same at every occurrence.</param>
internal sealed record Problem(int Status, string Name, string Title)
{
    /// <summary>Describes this occurrence, and what would be right.</summary>
    public string? Detail { get; init; }

    /// <summary>The individual errors with their places; empty when the problem concerns the whole request.</summary>
    public IReadOnlyList<ProblemError> Errors { get; init; } = [];

    /// <summary>The time after which a retry makes sense; sent as the header Retry-After, in whole seconds.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The most bytes that may still arrive of a body that was not read to its end; null when that does not matter.</summary>
    internal long? UnreadBytes { get; init; }

    /// <summary>The <c>type</c> member: a URN, since the host name of these functions is unknown.</summary>
    public string Type => $"urn:mailfunctions:problem:{Name}";

    public IResult ToResult() => new ProblemResult(this);

    /// <summary>Drains a body that was refused before it was read; does nothing for any other problem.</summary>
    internal Task DrainAsync(HttpContext context) => UnreadBytes is { } most ? UnreadBody.DrainAsync(context, most) : Task.CompletedTask;

    internal void WriteRetryAfter(HttpResponse response)
    {
        if (RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
    }

    /// <param name="errors">Of more than <see cref="RequestLimits.ListedErrors"/>, the answer lists the first.</param>
    /// <param name="unlisted">The number of further errors.</param>
    public static Problem Validation(IReadOnlyList<ProblemError> errors, int unlisted = 0) =>
        Wrong("The request has errors; nothing was accepted.", errors, unlisted);

    /// <summary>
    /// Reports errors in the path or the query of a call. The title does not mention accepting: a call that only reads
    /// accepts nothing.
    /// </summary>
    internal static Problem WrongParameters(IReadOnlyList<ProblemError> errors) => Wrong("The request has wrong parameters.", errors, unlisted: 0);

    private static Problem Wrong(string title, IReadOnlyList<ProblemError> errors, int unlisted)
    {
        ProblemError[] listed = [.. errors.Take(RequestLimits.ListedErrors).Select(error => error with { Message = ErrorList.Shorten(error.Message, RequestLimits.ErrorChars) })];
        return new(StatusCodes.Status422UnprocessableEntity, ProblemName.ValidationError, title)
        {
            Detail = (errors.Count + unlisted) switch
            {
                1 => Sentence(listed[0]),
                var total when total == listed.Length => string.Create(CultureInfo.InvariantCulture, $"{total} errors, each listed with its place."),
                var total => string.Create(CultureInfo.InvariantCulture, $"{total} errors, of which the first {listed.Length} are listed."),
            },
            Errors = listed,
        };
    }

    /// <summary>Builds the sentence for a single error, with its place as the subject.</summary>
    private static string Sentence(ProblemError error) => (error.Parameter, error.Pointer) switch
    {
        ({ } parameter, _) => $"{parameter} {error.Message}.",
        (_, null) => error.Message,
        (_, "") => $"The body {error.Message}.",
        var (_, pointer) => $"{pointer} {error.Message}.",
    };

    public static Problem InvalidJson(string detail) =>
        new(StatusCodes.Status400BadRequest, ProblemName.InvalidJson, "The body is no valid JSON.") { Detail = detail };

    public static Problem InvalidBody(string detail) =>
        new(StatusCodes.Status400BadRequest, ProblemName.InvalidBody, "The body could not be read.") { Detail = detail };

    public static Problem TooLarge(string detail) =>
        new(StatusCodes.Status413PayloadTooLarge, ProblemName.PayloadTooLarge, "The body is too large.") { Detail = detail };

    public static Problem UnsupportedMediaType(string detail) =>
        new(StatusCodes.Status415UnsupportedMediaType, ProblemName.UnsupportedMediaType, "The body is of a kind that is not read here.") { Detail = detail };

    public static Problem NotFound(string detail) =>
        new(StatusCodes.Status404NotFound, ProblemName.NotFound, "There is nothing of this name.") { Detail = detail };

    public static Problem Conflict(string detail) =>
        new(StatusCodes.Status409Conflict, ProblemName.InvalidState, "The email is not in a state for this call.") { Detail = detail };

    public static Problem TimerRunning(TimeSpan retryAfter) =>
        new(StatusCodes.Status409Conflict, ProblemName.TimerRunning, "The timer is running.")
        {
            Detail = "A run of it is under way in this process; try again when it is over.",
            RetryAfter = retryAfter,
        };

    public static Problem PreconditionFailed(string detail) =>
        new(StatusCodes.Status412PreconditionFailed, ProblemName.PreconditionFailed, "It is not what the request expects it to be.") { Detail = detail };

    /// <param name="domain">The domain of the refused sender: enough to find the missing setting, without an address.</param>
    /// <param name="lacksKey">The sender is allowed, and its mail would go unsigned.</param>
    public static Problem SenderNotAllowed(string domain, bool lacksKey) =>
        new(StatusCodes.Status403Forbidden, ProblemName.SenderNotAllowed, "This sender may not send here.")
        {
            Detail = lacksKey
                ? $"The sender's domain is {domain}, for which the setting MailFunctions:Dkim:Keys has no key, and MailFunctions:Dkim:Required refuses mail that would "
                    + "go unsigned. Add a key of the domain (the local host's command 'dkim' makes one), or set MailFunctions:Dkim:Required to false."
                : $"The sender's domain is {domain}, and neither it nor the address is in the setting MailFunctions:AllowedSenders "
                    + "(MailFunctions__AllowedSenders__0 and so on as Azure settings). Add the address, the domain, or * for any.",
            Errors = [new ProblemError("is not an allowed sender", Pointer: "/from")],
        };

    public static Problem MissingApiKey() =>
        new(StatusCodes.Status401Unauthorized, ProblemName.MissingApiKey, "This call needs an API key.")
        {
            Detail = $"Send it in the header {ApiHeaders.ApiKey}, or as Authorization: Bearer.",
        };

    /// <summary>The API key is malformed, unknown, revoked, expired or not valid yet; which of these is not said.</summary>
    public static Problem InvalidApiKey() =>
        new(StatusCodes.Status401Unauthorized, ProblemName.InvalidApiKey, "This API key is not valid.");

    public static Problem RestrictedApiKey(string detail) =>
        new(StatusCodes.Status403Forbidden, ProblemName.RestrictedApiKey, "This API key may not do that.") { Detail = detail };

    /// <param name="header">The header that contained it.</param>
    /// <param name="detail">The reason why it is invalid.</param>
    public static Problem InvalidIdempotencyKey(string header, string detail) =>
        new(StatusCodes.Status400BadRequest, ProblemName.InvalidIdempotencyKey, "The Idempotency-Key cannot be used.")
        {
            Detail = detail,
            Errors = [new ProblemError(detail, Parameter: header)],
        };

    public static Problem InvalidIdempotentRequest() =>
        new(StatusCodes.Status409Conflict, ProblemName.InvalidIdempotentRequest, "This Idempotency-Key came with another request before.")
        {
            Detail = "The same key must come with the same call and the same body. Use a new key for a new request.",
        };

    public static Problem ConcurrentIdempotentRequests(TimeSpan retryAfter) =>
        new(StatusCodes.Status409Conflict, ProblemName.ConcurrentIdempotentRequests, "A request with this Idempotency-Key is under way.")
        {
            Detail = "Send it again a little later: it then gets the answer of the first.",
            RetryAfter = retryAfter,
        };

    /// <param name="detail">The limit that is used up, and until when.</param>
    public static Problem RateLimitExceeded(string detail, TimeSpan retryAfter) =>
        new(StatusCodes.Status429TooManyRequests, ProblemName.RateLimitExceeded, "A limit on how much mail is accepted is used up.")
        {
            Detail = detail,
            RetryAfter = retryAfter,
        };

    /// <param name="detail">The limit that is too small for this request.</param>
    public static Problem ExceedsQuota(string detail) =>
        new(StatusCodes.Status422UnprocessableEntity, ProblemName.ExceedsQuota, "The request is more than a limit accepts in all of its time.") { Detail = detail };

    /// <summary>There is no memory for the body of a request, or for what is made from it.</summary>
    /// <param name="unread">The most bytes of a body that was not read at all; null when it was read.</param>
    public static Problem ServerBusy(TimeSpan retryAfter, long? unread = null) =>
        new(StatusCodes.Status503ServiceUnavailable, ProblemName.ServerBusy, "Too much is in hand at this moment.")
        {
            Detail = "The bodies of other requests fill the memory that there is for them. Nothing was accepted; send the same request again a little later.",
            RetryAfter = retryAfter,
            UnreadBytes = unread,
        };

    public static Problem StorageUnavailable(TimeSpan retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, ProblemName.StorageUnavailable, "The storage does not answer.")
        {
            Detail = "Nothing is known to have been accepted. Send the same request again, with the same Idempotency-Key if it had one.",
            RetryAfter = retryAfter,
        };
}

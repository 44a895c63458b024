using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Http;

/// <summary>
/// What is wrong with a request, as a value (RFC 9457): a stage returns it, the trigger answers with
/// <see cref="ToResult"/>.
/// </summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Name">What a program tells problems apart by, such as <c>validation_error</c>; stable.</param>
/// <param name="Title">One sentence for a person, the same for every problem of this name.</param>
public sealed record Problem(int Status, string Name, string Title)
{
    /// <summary>What is wrong this time, and what would be right.</summary>
    public string? Detail { get; init; }

    /// <summary>Each thing that is wrong, with its place; empty when the problem is one of the whole request.</summary>
    public IReadOnlyList<ProblemError> Errors { get; init; } = [];

    /// <summary>When trying again makes sense; becomes the header Retry-After, in whole seconds.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The <c>type</c> member: a URN, for nobody knows under which host these functions run.</summary>
    public string Type => $"urn:mailfunctions:problem:{Name}";

    public IResult ToResult() => new ProblemResult(this);

    public static Problem Validation(IReadOnlyList<ProblemError> errors, int unlisted = 0) =>
        new(StatusCodes.Status422UnprocessableEntity, "validation_error", "The request has errors; nothing was accepted.")
        {
            Detail = (errors.Count + unlisted, unlisted) switch
            {
                (1, _) => errors[0].Message,
                (var total, 0) => string.Create(CultureInfo.InvariantCulture, $"{total} errors, each listed with its place."),
                (var total, _) => string.Create(CultureInfo.InvariantCulture, $"{total} errors, of which the first {errors.Count} are listed."),
            },
            Errors = errors,
        };

    public static Problem InvalidJson(string detail) =>
        new(StatusCodes.Status400BadRequest, "invalid_json", "The body is no valid JSON.") { Detail = detail };

    public static Problem InvalidBody(string detail) =>
        new(StatusCodes.Status400BadRequest, "invalid_body", "The body could not be read.") { Detail = detail };

    public static Problem TooLarge(string detail) =>
        new(StatusCodes.Status413PayloadTooLarge, "payload_too_large", "The body is too large.") { Detail = detail };

    public static Problem UnsupportedMediaType(string detail) =>
        new(StatusCodes.Status415UnsupportedMediaType, "unsupported_media_type", "The body is of a kind that is not read here.") { Detail = detail };

    public static Problem NotFound(string detail) =>
        new(StatusCodes.Status404NotFound, "not_found", "There is nothing of this name.") { Detail = detail };

    public static Problem Conflict(string detail) =>
        new(StatusCodes.Status409Conflict, "invalid_state", "The email is not in a state for this call.") { Detail = detail };

    public static Problem PreconditionFailed(string detail) =>
        new(StatusCodes.Status412PreconditionFailed, "precondition_failed", "It is not what the request expects it to be.") { Detail = detail };

    /// <param name="domain">The domain of the refused sender: enough to find the setting's gap, and no address.</param>
    public static Problem SenderNotAllowed(string domain) =>
        new(StatusCodes.Status403Forbidden, "sender_not_allowed", "This sender may not send here.")
        {
            Detail = $"The sender's domain is {domain}, and neither it nor the address is in the setting MailFunctions:AllowedSenders "
                + "(MailFunctions__AllowedSenders__0 and so on as Azure settings). Add the address, the domain, or * for any.",
            Errors = [new ProblemError("is not an allowed sender", Pointer: "/from")],
        };

    /// <param name="header">The header that named it.</param>
    /// <param name="detail">What is wrong with it.</param>
    public static Problem InvalidIdempotencyKey(string header, string detail) =>
        new(StatusCodes.Status400BadRequest, "invalid_idempotency_key", "The Idempotency-Key cannot be used.")
        {
            Detail = detail,
            Errors = [new ProblemError(detail, Parameter: header)],
        };

    public static Problem InvalidIdempotentRequest() =>
        new(StatusCodes.Status409Conflict, "invalid_idempotent_request", "This Idempotency-Key came with another request before.")
        {
            Detail = "The same key must come with the same call and the same body. Use a new key for a new request.",
        };

    public static Problem ConcurrentIdempotentRequests(TimeSpan retryAfter) =>
        new(StatusCodes.Status409Conflict, "concurrent_idempotent_requests", "A request with this Idempotency-Key is under way.")
        {
            Detail = "Send it again a little later: it then gets the answer of the first.",
            RetryAfter = retryAfter,
        };

    public static Problem StorageUnavailable(TimeSpan retryAfter) =>
        new(StatusCodes.Status503ServiceUnavailable, "storage_unavailable", "The storage does not answer.")
        {
            Detail = "Nothing is known to have been accepted. Send the same request again, with the same Idempotency-Key if it had one.",
            RetryAfter = retryAfter,
        };
}

/// <summary>One thing that is wrong, and where: in the body or in the query.</summary>
/// <param name="Message">A sentence about the place: what is wrong, and what is allowed.</param>
/// <param name="Pointer">A JSON pointer into the body (RFC 6901); the empty string is the body itself.</param>
/// <param name="Parameter">The name of a query parameter, or of a header.</param>
/// <param name="Index">In a batch, the email that it is about, from 0; absent where it is about all of them.</param>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The member's name in RFC 9457.")]
public sealed record ProblemError(string Message, string? Pointer = null, string? Parameter = null, int? Index = null);

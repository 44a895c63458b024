using System.Globalization;
using System.Text;
using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Resend;

/// <summary>Translates problems into Resend's names, statuses and a single sentence (docs/resend.md).</summary>
internal static class ResendErrors
{
    private const int MostSentences = 5;

    public static ResendError Of(Problem problem) => problem.Name switch
    {
        "validation_error" => new(problem.Status, Sentences(problem.Errors), NameOf(problem.Errors)),
        "not_found" => new(problem.Status, problem.Detail is null ? problem.Title : "Email not found", "not_found"),
        "invalid_state" => new(StatusCodes.Status422UnprocessableEntity, problem.Detail ?? problem.Title, "validation_error"),
        "invalid_json" or "invalid_body" or "payload_too_large" or "unsupported_media_type" or "sender_not_allowed" =>
            new(problem.Status, $"{problem.Title} {problem.Detail}", "validation_error"),
        "missing_api_key" => new(StatusCodes.Status401Unauthorized, "Missing API key in the authorization header.", "missing_api_key"),
        "invalid_api_key" => new(StatusCodes.Status403Forbidden, "API key is invalid.", "invalid_api_key"),
        "restricted_api_key" => new(StatusCodes.Status401Unauthorized, problem.Detail ?? problem.Title, "restricted_api_key"),
        "exceeds_quota" => new(problem.Status, $"{problem.Title} {problem.Detail}", "validation_error"),
        "rate_limit_exceeded" when problem.RetryAfter > TimeSpan.FromMinutes(1) => new(problem.Status, problem.Detail ?? problem.Title, "daily_quota_exceeded"),
        "storage_unavailable" or "server_busy" or "internal_error" => new(problem.Status, $"{problem.Title} {problem.Detail}", "application_error"),
        _ => new(problem.Status, problem.Detail ?? problem.Title, problem.Name),
    };

    /// <summary>Writes one error as a sentence that names its field.</summary>
    public static string Sentence(ProblemError error) => FieldOf(error) switch
    {
        var field when IsMissing(error) => $"Missing `{field}` field.",
        "" => $"The email {error.Message}.",
        var field => $"The `{field}` field {error.Message}.",
    };

    private static string Sentences(IReadOnlyList<ProblemError> errors)
    {
        var told = string.Join(' ', errors.Take(MostSentences).Select(error => error.Index is { } index
            ? string.Create(CultureInfo.InvariantCulture, $"Email {index}: {Sentence(error)}")
            : Sentence(error)));
        return errors.Count <= MostSentences ? told : string.Create(CultureInfo.InvariantCulture, $"{told} And {errors.Count - MostSentences} more.");
    }

    /// <summary>Returns the name for the first error.</summary>
    private static string NameOf(IReadOnlyList<ProblemError> errors)
    {
        if (errors.Count == 0)
            return "validation_error";
        var field = FieldOf(errors[0]);
        return field.StartsWith("attachments", StringComparison.Ordinal) ? "invalid_attachment"
            : IsMissing(errors[0]) ? "missing_required_field"
            : field == "from" ? "invalid_from_address"
            : "validation_error";
    }

    private static bool IsMissing(ProblemError error) => error.Message == "is required";

    /// <summary>Writes <c>/attachments/0/content</c> as <c>attachments[0].content</c>; in a batch without the email's own place.</summary>
    private static string FieldOf(ProblemError error)
    {
        if (error.Pointer is null)
            return error.Parameter ?? "";

        var field = new StringBuilder();
        foreach (var step in error.Pointer.Split('/').Skip(error.Index is null ? 1 : 2))
        {
            if (step.Length > 0 && step.All(char.IsAsciiDigit))
                field.Append('[').Append(step).Append(']');
            else
                field.Append(field.Length == 0 ? "" : ".").Append(step);
        }

        return field.ToString();
    }
}

/// <summary>Answers with an error in Resend's format.</summary>
internal sealed class ResendErrorResult(Problem problem) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var error = ResendErrors.Of(problem);
        problem.WriteRetryAfter(httpContext.Response);
        await JsonAnswer.WriteAsync(httpContext, error.StatusCode, error, ResendJson.Default.ResendError);
        await problem.DrainAsync(httpContext);
    }
}

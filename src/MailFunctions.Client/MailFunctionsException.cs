using System.Globalization;
using System.Text;
using MailFunctions.Client.Calls;

namespace MailFunctions.Client;

/// <summary>
/// A call was refused, or got no answer within its tries. The exception holds the server's answer, and nothing of the
/// request except the few words that the server's own sentences repeat.
/// </summary>
public sealed class MailFunctionsException : Exception
{
    /// <summary><see cref="Name"/> when the connection failed or no answer came in time.</summary>
    public const string NoAnswer = "no_answer";

    /// <summary><see cref="Name"/> when the answer did not come from the API: another status without a problem, or no JSON.</summary>
    public const string UnexpectedAnswer = "unexpected_answer";

    private const int ShownErrors = 5;

    private MailFunctionsException(string name, string message, Exception? cause)
        : base(message, cause) => Name = name;

    /// <summary>
    /// The name that distinguishes errors: one of <see cref="ProblemName"/>, <see cref="NoAnswer"/> or
    /// <see cref="UnexpectedAnswer"/>.
    /// </summary>
    public string Name { get; }

    /// <summary>The HTTP status; null when there was no answer.</summary>
    public int? Status { get; private init; }

    /// <summary>Each error with its place in the request; the first hundred.</summary>
    public IReadOnlyList<ProblemError> Errors { get; private init; } = [];

    /// <summary>
    /// The key that was sent with the call; null for calls without. Without an answer the mail may have been accepted:
    /// the same call with this key returns what happened.
    /// </summary>
    public string? IdempotencyKey { get; private init; }

    /// <summary>The wait before the next try that the server asked for.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    internal static MailFunctionsException OfNoAnswer(ApiCall call, Exception cause) =>
        new(
            NoAnswer,
            call.IdempotencyKey is null
                ? "The server gave no answer."
                : "The server gave no answer, and may have accepted the mail: the same call with the key in IdempotencyKey gets the truth.",
            cause)
        {
            IdempotencyKey = call.IdempotencyKey,
        };

    internal static MailFunctionsException OfRefusal(ApiCall call, ApiAnswer answer) =>
        answer.Problem is { } problem
            ? new(problem.Name, MessageOf(problem), cause: null)
            {
                Status = answer.Status,
                Errors = problem.Errors ?? [],
                IdempotencyKey = call.IdempotencyKey,
                RetryAfter = answer.RetryAfter,
            }
            : OfUnexpected(call, answer, cause: null);

    internal static MailFunctionsException OfUnexpected(ApiCall call, ApiAnswer answer, Exception? cause) =>
        new(UnexpectedAnswer, string.Create(CultureInfo.InvariantCulture, $"{answer.Status}: {MeaningOf(answer.Status)}"), cause)
        {
            Status = answer.Status,
            IdempotencyKey = call.IdempotencyKey,
            RetryAfter = answer.RetryAfter,
        };

    private static string MessageOf(ProblemDocument problem)
    {
        var message = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{problem.Status} {problem.Name}: {problem.Title}"));
        if (problem.Detail is { } detail)
            message.Append(' ').Append(detail);
        foreach (var error in (problem.Errors ?? []).Take(ShownErrors))
            message.Append(CultureInfo.InvariantCulture, $" [{error.Pointer ?? error.Parameter} {error.Message}]");
        return message.ToString();
    }

    private static string MeaningOf(int status) => status switch
    {
        401 => "the function key is missing or wrong.",
        404 => "there is no such call here; BaseAddress must hold the route prefix, as in https://mail.azurewebsites.net/api.",
        >= 200 and < 300 => "the answer is not the one that this call has.",
        >= 300 and < 400 => "the server sent the call elsewhere, which is not followed, since the function key would go with it.",
        _ => "the answer says nothing more.",
    };
}

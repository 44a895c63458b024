using System.Text.Json;

namespace MailFunctions.Client.Calls;

/// <summary>The answer to one try, read to its end.</summary>
internal sealed class ApiAnswer
{
    private ApiAnswer(int status, TimeSpan? retryAfter, byte[] body) =>
        (Status, RetryAfter, Body, Problem) = (status, retryAfter, body, status >= 400 ? ReadProblem(body) : null);

    public int Status { get; }

    /// <summary>The wait from now on; null when the server names none.</summary>
    public TimeSpan? RetryAfter { get; }

    public byte[] Body { get; }

    /// <summary>Null when the call succeeded, or when something other than the API refused it.</summary>
    public ProblemDocument? Problem { get; }

    public bool Succeeded => Status is >= 200 and < 300;

    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response, TimeProvider clock, CancellationToken cancellationToken) =>
        new((int)response.StatusCode, ReadRetryAfter(response, clock), await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Reads seconds or a date (RFC 9110 section 10.2.3); a date in the past means now.</summary>
    private static TimeSpan? ReadRetryAfter(HttpResponseMessage response, TimeProvider clock) => response.Headers.RetryAfter switch
    {
        { Delta: { } wait } => wait,
        { Date: { } date } when date - clock.GetUtcNow() is var wait => wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };

    private static ProblemDocument? ReadProblem(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ContractsJson.Default.ProblemDocument) is { Name: not null, Title: not null } problem ? problem : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

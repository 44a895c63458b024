using System.Text;
using System.Text.Json;
using MailFunctions.TestPeers.OpenApi;

namespace MailFunctions.Fuzz.Requests;

/// <summary>Whether an answer is one that the app may give.</summary>
internal static class AnswerCheck
{
    /// <summary>Answers that the host gives by itself, without a body, where it has no call for what was asked, or no key.</summary>
    private static readonly int[] HostAnswers = [400, 401, 404, 405, 411, 413, 414, 431];

    private static readonly string[] OfProblem = ["type", "title", "status", "name"];

    /// <param name="operation">Null for a call of Resend's, and for one that is none.</param>
    public static string? Fault(ApiDescription api, ApiOperation? operation, bool isResend, int status, string? mediaType, byte[] body)
    {
        if (status >= 500)
            return $"the answer is {status}: {Shown(body)}";
        // A foreign Origin is refused by the guard of a local run, in a sentence.
        if (body.Length == 0 || (status == 403 && mediaType == "text/plain"))
            return null;

        var response = operation?.Responses.FirstOrDefault(response => response.Status == status);
        if (response is null && operation is not null && !HostAnswers.Contains(status))
            return $"the answer {status} is not documented: {Shown(body)}";
        if (mediaType == "application/x-ndjson")
            return Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => Fault(api, operation, isResend, status, "application/json", Encoding.UTF8.GetBytes(line)))
                .FirstOrDefault(fault => fault is not null);
        if (mediaType?.EndsWith("json", StringComparison.Ordinal) is not true)
            return status >= 400 ? $"the answer {status} is {mediaType}: {Shown(body)}" : null;

        JsonElement json;
        try
        {
            json = JsonElement.Parse(body);
        }
        catch (JsonException)
        {
            return $"the answer {status} is no JSON: {Shown(body)}";
        }

        if (isResend)
            return status < 400 || (json.TryGetProperty("statusCode", out var code) && code.GetInt32() == status && json.TryGetProperty("message", out _) && json.TryGetProperty("name", out _))
                ? null
                : $"the answer {status} is not in Resend's words: {Shown(body)}";
        if (status >= 400 && (mediaType != "application/problem+json" || OfProblem.FirstOrDefault(name => !json.TryGetProperty(name, out _)) is not null))
            return $"the answer {status} is no problem: {Shown(body)}";
        return response?.Schema is { } schema && SchemaCheck.Faults(api, schema, json) is { Count: > 0 } faults
            ? $"the answer {status} is not as documented: {string.Join("; ", faults.Take(5))}: {Shown(body)}"
            : null;
    }

    private static string Shown(byte[] body) => Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 600)));
}

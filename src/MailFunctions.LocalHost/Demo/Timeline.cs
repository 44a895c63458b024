using System.Globalization;
using System.Text.Json;

namespace MailFunctions.LocalHost.Demo;

/// <summary>Formats the answers of the API as lines for the console.</summary>
internal static class Timeline
{
    /// <summary>Returns the time of acceptance, each attempt with the relay's reply to each recipient, and the time of the end.</summary>
    public static IEnumerable<string> Lines(JsonElement email)
    {
        yield return $"{Time(email, "accepted_at")}  accepted";
        foreach (var attempt in email.GetProperty("attempts").EnumerateArray())
        {
            yield return $"{Time(attempt, "at")}  attempt {attempt.GetProperty("number").GetInt32()} over {Text(attempt, "relay")}: {Text(attempt, "status")} after {attempt.GetProperty("duration_ms").GetDouble().ToString("0.#", CultureInfo.InvariantCulture)} ms{Reason(attempt)}";
            foreach (var recipient in attempt.GetProperty("recipients").EnumerateArray())
                yield return $"              {Text(recipient, "address")}: {Text(recipient, "status")}{Reply(recipient)}";
        }

        if (email.TryGetProperty("ended_at", out _))
            yield return $"{Time(email, "ended_at")}  {Text(email, "status")}{Reason(email)}";
        if (email.TryGetProperty("next_attempt_at", out _))
            yield return $"{Time(email, "next_attempt_at")}  next attempt";
    }

    /// <summary>Returns a header, and a line for each minute that has counts.</summary>
    public static IReadOnlyList<string> StatisticsLines(JsonElement statistics)
    {
        List<string> lines = [$"{"minute",-8}{"accepted",9}{"sent",9}{"deferred",9}{"rejected",9}{"p50 ms",10}{"p95 ms",10}"];
        foreach (var bucket in statistics.GetProperty("buckets").EnumerateArray())
        {
            foreach (var value in bucket.GetProperty("values").EnumerateArray())
            {
                var latency = value.GetProperty("latency_ms");
                var minute = bucket.GetProperty("start").GetDateTimeOffset().ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture);
                lines.Add($"{minute,-8}{value.GetProperty("accepted"),9}{value.GetProperty("sent"),9}{value.GetProperty("deferred"),9}{value.GetProperty("rejected"),9}{Number(latency, "p50"),10}{Number(latency, "p95"),10}");
            }
        }

        return lines;
    }

    private static string Reply(JsonElement recipient) =>
        recipient.TryGetProperty("reply", out var reply) && reply.ValueKind == JsonValueKind.Object
            ? $" ({reply.GetProperty("code")} {Text(reply, "text")})"
            : "";

    private static string Reason(JsonElement element) =>
        element.TryGetProperty("reason", out var reason) && reason.GetString() is { Length: > 0 } text ? $" ({text})" : "";

    private static string Time(JsonElement element, string name) =>
        element.GetProperty(name).GetDateTimeOffset().ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.ToString() : "-";

    private static string Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble().ToString("0.#", CultureInfo.InvariantCulture) : "-";
}

using System.Globalization;
using MailFunctions.Contracts;

namespace MailFunctions.LocalHost.Demo;

/// <summary>Formats the answers of the API as lines for the console.</summary>
internal static class Timeline
{
    /// <summary>Returns the time of acceptance, each attempt with the relay's reply to each recipient, and the time of the end.</summary>
    public static IEnumerable<string> Lines(EmailAnswer email)
    {
        yield return $"{Time(email.AcceptedAt)}  accepted";
        foreach (var attempt in email.Attempts)
        {
            yield return $"{Time(attempt.At)}  attempt {attempt.Number} over {attempt.Relay ?? "-"}: {attempt.Status} after {Number(attempt.DurationMs)} ms{Reason(attempt.Reason)}";
            foreach (var recipient in attempt.Recipients)
                yield return $"              {recipient.Address}: {recipient.Status}{Reply(recipient.Reply)}";
        }

        if (email.EndedAt is { } ended)
            yield return $"{Time(ended)}  {email.Status}{Reason(email.Reason)}";
        if (email.NextAttemptAt is { } next)
            yield return $"{Time(next)}  next attempt";
    }

    /// <summary>Returns a header, and a line for each minute that has counts.</summary>
    public static IReadOnlyList<string> StatisticsLines(StatisticsAnswer statistics)
    {
        List<string> lines = [$"{"minute",-8}{"accepted",9}{"sent",9}{"deferred",9}{"rejected",9}{"p50 ms",10}{"p95 ms",10}"];
        foreach (var bucket in statistics.Buckets)
        {
            var minute = bucket.Start.ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture);
            foreach (var value in bucket.Values)
                lines.Add($"{minute,-8}{value.Accepted,9}{value.Sent,9}{value.Deferred,9}{value.Rejected,9}{Number(value.LatencyMs.P50),10}{Number(value.LatencyMs.P95),10}");
        }

        return lines;
    }

    private static string Reply(ReplyAnswer? reply) => reply is null ? "" : $" ({reply.Code} {reply.Text})";

    private static string Reason(string? reason) => string.IsNullOrEmpty(reason) ? "" : $" ({reason})";

    private static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Number(double? number) => number?.ToString("0.#", CultureInfo.InvariantCulture) ?? "-";
}

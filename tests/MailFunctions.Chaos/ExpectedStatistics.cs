using System.Text.Json;

namespace MailFunctions.Chaos;

/// <summary>The figures that follow from what GET emails/{id} says of each mail, counted here by hand.</summary>
internal static class ExpectedStatistics
{
    public static SortedDictionary<string, long> Of(IReadOnlyCollection<JsonElement> mails)
    {
        var attempts = mails.SelectMany(mail => mail.GetProperty("attempts").EnumerateArray()).ToList();
        var outcomes = attempts.SelectMany(attempt => attempt.GetProperty("recipients").EnumerateArray()).Select(Status).ToList();
        var expected = new SortedDictionary<string, long>(StringComparer.Ordinal)
        {
            ["accepted"] = mails.Count,
            ["recipients"] = mails.Sum(mail => mail.GetProperty("recipients").GetArrayLength()),
            ["attempts"] = attempts.Count,
        };
        foreach (var outcome in (string[])["sent", "deferred", "rejected", "uncertain"])
            expected[outcome] = outcomes.Count(status => status == outcome);
        foreach (var state in (string[])["sent", "partial", "failed", "uncertain", "dead", "expired"])
            expected[$"emails_{state}"] = mails.Count(mail => Status(mail) == state);
        return expected;
    }

    public static string Describe(IReadOnlyDictionary<string, long> figures) => string.Join(' ', figures.Select(figure => $"{figure.Key}={figure.Value}"));

    /// <param name="total">A value object of GET statistics; null when there is none.</param>
    public static string Describe(JsonElement? total, IEnumerable<string> measures) => total is { } found
        ? string.Join(' ', measures.Select(measure => $"{measure}={found.GetProperty(measure).GetInt64()}"))
        : "nothing";

    private static string Status(JsonElement element) => element.GetProperty("status").GetString()!;
}

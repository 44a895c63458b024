using System.Globalization;
using System.Text.Json;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>Holds what callers are told of mails against what the relay received, recipient by recipient.</summary>
/// <param name="Broken">Every promise that was not kept.</param>
internal sealed record Survivors(IReadOnlyDictionary<string, int> States, IReadOnlyDictionary<string, int> Uncertain, int Duplicates, IReadOnlyList<string> Broken)
{
    public static Survivors Of(IReadOnlyCollection<JsonElement> mails, IReadOnlyCollection<ReceivedMail> received)
    {
        var counts = received.SelectMany(mail => mail.Recipients).CountBy(recipient => recipient).ToDictionary();
        var duplicates = counts.Values.Sum(count => count - 1);
        var broken = new List<string>();
        foreach (var mail in mails)
        {
            foreach (var recipient in mail.GetProperty("recipients").EnumerateArray())
            {
                var address = recipient.GetProperty("address").GetString()!;
                counts.Remove(address, out var count);
                if (Fault(mail, address, Status(recipient), count) is { } fault)
                    broken.Add($"{address}: {fault}\n{mail}");
            }

            if (Status(mail) is not ("sent" or "partial" or "uncertain"))
                broken.Add($"a state that nothing here leads to\n{mail}");
        }

        broken.AddRange(counts.Select(pair => $"{pair.Key} received a mail that is in no ledger"));
        return new Survivors(
            mails.CountBy(mail => $"{Lane(mail)} {Status(mail)}").ToDictionary(),
            mails.GroupBy(Lane).ToDictionary(lane => lane.Key, lane => lane.Sum(mail => UncertainAttempts(mail).Count())),
            duplicates,
            broken);
    }

    public static int NumberOf(string recipient) => int.Parse(recipient[1..recipient.IndexOf('@', StringComparison.Ordinal)], CultureInfo.InvariantCulture);

    /// <summary>The numbers of the attempts whose outcome nobody knows.</summary>
    public static IEnumerable<int> UncertainAttempts(JsonElement mail) =>
        mail.GetProperty("attempts").EnumerateArray()
            .Where(attempt => attempt.GetProperty("recipients").EnumerateArray().Any(recipient => Status(recipient) == "uncertain"))
            .Select(attempt => attempt.GetProperty("number").GetInt32());

    public string Describe() =>
        $"States: {List(States)}; uncertain attempts: {List(Uncertain)}; {Duplicates} duplicates received";

    private static string? Fault(JsonElement mail, string address, string status, int count)
    {
        var uncertain = mail.GetProperty("attempts").EnumerateArray().Count(attempt => attempt.GetProperty("recipients").EnumerateArray()
            .Any(recipient => recipient.GetProperty("address").GetString() == address && Status(recipient) == "uncertain"));
        var known = status == "sent" ? 1 : 0;
        if (count > known + uncertain)
            return $"received {count} times, {status}, after {uncertain} uncertain attempts";
        if (count < known)
            return "sent, and never received";
        return status is "sent" or "rejected" or "uncertain" ? null : $"still {status}";
    }

    private static string List(IReadOnlyDictionary<string, int> counts) => string.Join(", ", counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Value} {pair.Key}"));

    private static string Lane(JsonElement mail) => mail.GetProperty("lane").GetString()!;

    private static string Status(JsonElement element) => element.GetProperty("status").GetString()!;
}

using System.Text.Json;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Chaos;

/// <summary>Holds what callers are told of mails against what the relay received, recipient by recipient.</summary>
/// <param name="States">Mails by lane and state.</param>
/// <param name="Duplicates">Copies that recipients received beyond their first.</param>
/// <param name="DuplicatesOutside">Those of them that no uncertain attempt accounts for.</param>
/// <param name="Broken">Every promise that was not kept, with the mail.</param>
internal sealed record Survivors(IReadOnlyDictionary<string, int> States, int Duplicates, int DuplicatesOutside, IReadOnlyList<string> Broken)
{
    /// <summary>To be sent, failed for the relay's reasons, or in the hands of a person: where a mail may be when all is quiet.</summary>
    private static readonly string[] Settled = ["sent", "partial", "failed", "uncertain", "dead"];

    /// <param name="mails">GET emails/{id} of every mail.</param>
    public static Survivors Of(IReadOnlyCollection<JsonElement> mails, IReadOnlyCollection<ReceivedMail> received)
    {
        var counts = received.SelectMany(mail => mail.Recipients).CountBy(recipient => recipient).ToDictionary();
        var duplicates = counts.Values.Sum(count => count - 1);
        var outside = 0;
        var broken = new List<string>();
        foreach (var mail in mails)
        {
            foreach (var recipient in mail.GetProperty("recipients").EnumerateArray())
            {
                var address = recipient.GetProperty("address").GetString()!;
                counts.Remove(address, out var count);
                var uncertain = CountUncertain(mail, address);
                var known = Status(recipient) == "sent" ? 1 : 0;
                outside += Math.Max(0, Math.Min(count - 1, count - known - uncertain));
                if (Fault(mail, Status(recipient), count, known, uncertain) is { } fault)
                    broken.Add($"{address}: {fault}\n{mail}");
            }

            if (!Settled.Contains(Status(mail)))
                broken.Add($"a state that nothing here leads to\n{mail}");
        }

        broken.AddRange(counts.Select(pair => $"{pair.Key} received a mail that is in no ledger"));
        return new Survivors(mails.CountBy(mail => $"{Lane(mail)} {Status(mail)}").ToDictionary(), duplicates, outside, broken);
    }

    /// <summary>The numbers of the attempts whose outcome nobody knows.</summary>
    public static IEnumerable<int> UncertainAttempts(JsonElement mail) =>
        mail.GetProperty("attempts").EnumerateArray()
            .Where(attempt => attempt.GetProperty("recipients").EnumerateArray().Any(recipient => Status(recipient) == "uncertain"))
            .Select(attempt => attempt.GetProperty("number").GetInt32());

    private static int CountUncertain(JsonElement mail, string address) =>
        mail.GetProperty("attempts").EnumerateArray().Count(attempt => attempt.GetProperty("recipients").EnumerateArray()
            .Any(recipient => recipient.GetProperty("address").GetString() == address && Status(recipient) == "uncertain"));

    private static string? Fault(JsonElement mail, string status, int count, int known, int uncertain)
    {
        if (count > known + uncertain)
            return $"received {count} times, {status}, after {uncertain} uncertain attempts";
        if (count < known)
            return "sent, and never received";
        return status is "sent" or "rejected" or "uncertain" || Status(mail) == "dead" ? null : $"still {status}";
    }

    private static string Lane(JsonElement mail) => mail.GetProperty("lane").GetString()!;

    private static string Status(JsonElement element) => element.GetProperty("status").GetString()!;
}

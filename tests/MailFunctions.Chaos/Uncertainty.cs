using System.Text.Json;

namespace MailFunctions.Chaos;

/// <summary>The attempts whose outcome nobody knows, by what made them so.</summary>
/// <param name="ByKill">The process died with them; one count for each kill.</param>
/// <param name="ByRelay">The relay had the content and gave no answer.</param>
/// <param name="Others">Neither: what a process gave up that lived, such as in an outage of storage.</param>
internal sealed record Uncertainty(IReadOnlyList<int> ByKill, int ByRelay, int Others)
{
    public static Uncertainty Of(IEnumerable<JsonElement> mails, KillBook kills, FaultyRelay relay)
    {
        var byKill = new int[kills.Kills];
        var (byRelay, others) = (0, 0);
        foreach (var mail in mails)
        {
            var unexplained = 0;
            foreach (var attempt in Survivors.UncertainAttempts(mail))
            {
                if (kills.KillOf(mail.GetProperty("id").GetString()!, attempt) is { } kill)
                    byKill[kill]++;
                else
                    unexplained++;
            }

            var left = Math.Min(unexplained, relay.LeftOpen(mail.GetProperty("from").GetString()!));
            byRelay += left;
            others += unexplained - left;
        }

        return new Uncertainty(byKill, byRelay, others);
    }
}

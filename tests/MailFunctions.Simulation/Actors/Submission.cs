using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MailFunctions.Simulation.Actors;

/// <summary>What one call submits: a mail, or a batch.</summary>
/// <param name="Key">The idempotency key; null without one.</param>
/// <param name="Waits">The caller prefers to wait for the outcome.</param>
/// <param name="Repeats">How often the caller posts again after it was answered, which only a key makes harmless.</param>
/// <param name="Twin">Posts the same at the same moment, under the same key.</param>
internal sealed record Submission(IReadOnlyList<MailPlan> Mails, bool IsBatch, string? Key, bool Waits, int Repeats, bool Twin)
{
    /// <summary>The mails of a scenario, in submissions.</summary>
    public static IReadOnlyList<Submission> DrawAll(Random chance, int mails, DateTimeOffset start, TimeSpan over)
    {
        var drawn = new List<Submission>();
        for (var number = 0; number < mails;)
        {
            // About half of the mails come in batches, a few of which are written in more than one transaction.
            var isBatch = chance.Next(12) == 0;
            var size = !isBatch ? 1 : chance.Next(40) == 0 ? 95 + chance.Next(20) : 1 + chance.Next(20);
            drawn.Add(Draw(chance, number, Math.Min(size, mails - number), isBatch, start + (over * chance.NextDouble())));
            number += size;
        }

        return drawn;
    }

    /// <summary>Mails for another day.</summary>
    public static IEnumerable<Submission> DrawLate(Random chance, int number, int count, DateTimeOffset posted, DateTimeOffset due) =>
        Enumerable.Range(number, count).Select(each => new Submission(
            [MailPlan.Draw(chance, each, posted, hasKey: false) with { ScheduledAt = due + (TimeSpan.FromMinutes(20) * chance.NextDouble()), ExpiresAt = null, Moved = null, CanceledAfter = null }],
            IsBatch: false,
            Key: null,
            Waits: false,
            Repeats: 0,
            Twin: false));

    public string ToJson(int post)
    {
        using var written = new MemoryStream();
        using (var json = new Utf8JsonWriter(written))
        {
            if (!IsBatch)
            {
                Mails[0].Write(json, post);
            }
            else
            {
                json.WriteStartObject();
                json.WriteStartArray("emails");
                foreach (var mail in Mails)
                    mail.Write(json, post);
                json.WriteEndArray();
                json.WriteEndObject();
            }
        }

        return Encoding.UTF8.GetString(written.GetBuffer().AsSpan(0, (int)written.Length));
    }

    private static Submission Draw(Random chance, int number, int size, bool isBatch, DateTimeOffset posted)
    {
        // Some come at the same moment, and are written together.
        if (chance.Next(3) == 0)
            posted = new DateTimeOffset(posted.UtcTicks - (posted.UtcTicks % (5 * TimeSpan.TicksPerSecond)), TimeSpan.Zero);
        var hasKey = chance.Next(4) == 0;
        return new Submission(
            [.. Enumerable.Range(number, size).Select(each => MailPlan.Draw(chance, each, posted, hasKey))],
            isBatch,
            hasKey ? string.Create(CultureInfo.InvariantCulture, $"key-{number}") : null,
            Waits: !isBatch && chance.Next(6) == 0,
            Repeats: hasKey ? chance.Next(3) : 0,
            Twin: hasKey && chance.Next(4) == 0);
    }
}

using System.Globalization;
using System.Text.Json;
using MailFunctions.Simulation.Outside;

namespace MailFunctions.Simulation.Actors;

/// <summary>
/// One mail that a caller wants to send. Each post of it has addresses of its own, unless a key makes the posts one: so each
/// can be followed.
/// </summary>
internal sealed record MailPlan
{
    /// <summary>Addresses that were put on the suppression list before the first mail.</summary>
    public const string Suppressed = "@suppressed.example";

    /// <summary>Addresses that are put on the list while mail for them is on its way.</summary>
    public const string SuppressedLater = "@leaves.example";

    /// <summary>Addresses of each kind that are, or will be, suppressed.</summary>
    public const int SuppressedCount = 4;

    private const string Here = "@here.example";

    public required int Number { get; init; }

    public required bool IsBulk { get; init; }

    /// <summary>Null for the default of the lane.</summary>
    public required string? OnUncertain { get; init; }

    /// <summary>When it is posted.</summary>
    public required DateTimeOffset PostedAt { get; init; }

    public required DateTimeOffset? ScheduledAt { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    public required int Recipients { get; init; }

    public required bool HasNowhere { get; init; }

    public required bool HasSuppressed { get; init; }

    public required bool HasSuppressedLater { get; init; }

    /// <summary>Posted with an idempotency key.</summary>
    public required bool HasKey { get; init; }

    public required bool IsLarge { get; init; }

    /// <summary>How long after the answer its caller cancels it; null when it does not.</summary>
    public required TimeSpan? CanceledAfter { get; init; }

    /// <summary>How long after the answer its caller gives it another time, and how long before that time.</summary>
    public required (TimeSpan After, TimeSpan Ahead)? Moved { get; init; }

    /// <summary>Sends again after an attempt whose outcome is unknown.</summary>
    public bool Retries => OnUncertain is null ? !IsBulk : OnUncertain == "retry";

    public static MailPlan Draw(Random chance, int number, DateTimeOffset posted, bool hasKey)
    {
        var scheduled = chance.Next(5) == 0 ? posted + (TimeSpan.FromMinutes(8) * chance.NextDouble()) : default(DateTimeOffset?);
        return new MailPlan
        {
            Number = number,
            IsBulk = chance.Next(2) == 0,
            OnUncertain = chance.Next(4) switch { 0 => "retry", 1 => "hold", 2 => "assume_sent", _ => null },
            PostedAt = posted,
            ScheduledAt = scheduled,
            ExpiresAt = chance.Next(10) == 0 ? (scheduled ?? posted) + TimeSpan.FromMinutes(1 + chance.Next(10)) : null,
            Recipients = 1 + (chance.Next(3) == 0 ? chance.Next(3) : 0),
            HasNowhere = chance.Next(10) == 0,
            HasSuppressed = chance.Next(10) == 0,
            HasSuppressedLater = chance.Next(10) == 0,
            HasKey = hasKey,
            IsLarge = chance.Next(20) == 0,
            CanceledAfter = chance.Next(12) == 0 ? TimeSpan.FromMinutes(4) * chance.NextDouble() : null,
            Moved = scheduled is not null && chance.Next(3) == 0 ? (TimeSpan.FromMinutes(4) * chance.NextDouble(), TimeSpan.FromMinutes(6) * chance.NextDouble()) : null,
        };
    }

    public static string SuppressedAddress(int number, string domain) => string.Create(CultureInfo.InvariantCulture, $"s{number % SuppressedCount}{domain}");

    public string Sender(int post) => string.Create(CultureInfo.InvariantCulture, $"{Name(post)}@shop.example");

    public IEnumerable<string> Addresses(int post)
    {
        for (var i = 0; i < Recipients; i++)
            yield return string.Create(CultureInfo.InvariantCulture, $"{Name(post)}-{i}{Here}");
        if (HasNowhere)
            yield return Name(post) + RelayDialogue.Nowhere;
        if (HasSuppressed)
            yield return SuppressedAddress(Number, Suppressed);
        if (HasSuppressedLater)
            yield return SuppressedAddress(Number, SuppressedLater);
    }

    public void Write(Utf8JsonWriter json, int post)
    {
        json.WriteStartObject();
        json.WriteString("from", Sender(post));
        json.WriteStartArray("to");
        foreach (var address in Addresses(post))
            json.WriteStringValue(address);
        json.WriteEndArray();
        json.WriteString("subject", "Hello");
        json.WriteString("text", IsLarge ? new string('x', 40_000) : "Hello");
        json.WriteString("lane", IsBulk ? "bulk" : "transactional");
        if (OnUncertain is not null)
            json.WriteString("on_uncertain", OnUncertain);
        if (ScheduledAt is { } scheduled)
            json.WriteString("scheduled_at", scheduled);
        if (ExpiresAt is { } expires)
            json.WriteString("expires_at", expires);
        json.WriteEndObject();
    }

    private string Name(int post) => string.Create(CultureInfo.InvariantCulture, $"m{Number}-{(HasKey ? 0 : post)}");
}

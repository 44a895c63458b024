using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MailFunctions.Keys.Quotas;

/// <summary>The most mail that is accepted in a window; null where nothing is limited.</summary>
internal sealed record QuotaLimits
{
    /// <summary>The highest limit of mails and of recipients.</summary>
    public const long MostCount = 1_000_000_000;

    /// <summary>The highest limit of bytes: a petabyte.</summary>
    public const long MostBytes = 1_000_000_000_000_000;

    public static readonly QuotaLimits None = new();

    private static readonly (string Name, Func<QuotaLimits, long?> Get, Func<QuotaLimits, long?, QuotaLimits> With)[] Parts =
    [
        ("mails_per_minute", limits => limits.MailsPerMinute, (limits, value) => limits with { MailsPerMinute = value }),
        ("mails_per_day", limits => limits.MailsPerDay, (limits, value) => limits with { MailsPerDay = value }),
        ("recipients_per_minute", limits => limits.RecipientsPerMinute, (limits, value) => limits with { RecipientsPerMinute = value }),
        ("recipients_per_day", limits => limits.RecipientsPerDay, (limits, value) => limits with { RecipientsPerDay = value }),
        ("bytes_per_minute", limits => limits.BytesPerMinute, (limits, value) => limits with { BytesPerMinute = value }),
        ("bytes_per_day", limits => limits.BytesPerDay, (limits, value) => limits with { BytesPerDay = value }),
    ];

    public long? MailsPerMinute { get; init; }

    public long? MailsPerDay { get; init; }

    public long? RecipientsPerMinute { get; init; }

    public long? RecipientsPerDay { get; init; }

    public long? BytesPerMinute { get; init; }

    public long? BytesPerDay { get; init; }

    public bool IsNone => this == None;

    public Volume Of(QuotaWindow window) => window == QuotaWindow.Minute
        ? new(MailsPerMinute ?? long.MaxValue, RecipientsPerMinute ?? long.MaxValue, BytesPerMinute ?? long.MaxValue)
        : new(MailsPerDay ?? long.MaxValue, RecipientsPerDay ?? long.MaxValue, BytesPerDay ?? long.MaxValue);

    /// <summary>Tests whether these limits allow all that <paramref name="other"/> allow.</summary>
    public bool Cover(QuotaLimits other) => Parts.All(part => part.Get(this) is not { } most || part.Get(other) <= most);

    /// <summary>Returns one sentence for each value out of bounds, with its name as the subject.</summary>
    public IEnumerable<string> Faults() => Parts
        .Where(part => part.Get(this) is { } value && (value < 1 || value > MostOf(part.Name)))
        .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Name} is {part.Get(this)}: it takes 1 to {MostOf(part.Name)}"));

    /// <summary>Reads the form of <see cref="ToString"/>: <c>mails_per_minute=100,recipients_per_day=5000</c>, in any order; empty for none.</summary>
    /// <param name="fault">A sentence that names what is wrong and what it takes.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out QuotaLimits? limits, [NotNullWhen(false)] out string? fault)
    {
        limits = None;
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var at = entry.IndexOf('=', StringComparison.Ordinal);
            var part = Parts.FirstOrDefault(part => at >= 0 && part.Name == entry[..at].TrimEnd());
            if (part.Name is null || !long.TryParse(entry.AsSpan(at + 1), NumberStyles.None | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var value))
                return Refuse($"'{entry}' is no limit: it takes a name ({string.Join(", ", Parts.Select(known => known.Name))}), =, and a whole number", out limits, out fault);
            if (part.Get(limits) is not null)
                return Refuse($"{part.Name} is there twice", out limits, out fault);
            limits = part.With(limits, value);
        }

        if (limits.Faults().FirstOrDefault() is { } first)
            return Refuse(first, out limits, out fault);
        fault = null;
        return true;
    }

    /// <summary>The limits that there are, each as name, <c>=</c> and value.</summary>
    public IReadOnlyList<string> Entries =>
        [.. Parts.Where(part => part.Get(this) is not null).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Name}={part.Get(this)}"))];

    public override string ToString() => string.Join(',', Entries);

    private static bool Refuse(string why, out QuotaLimits? limits, out string fault)
    {
        (limits, fault) = (null, why);
        return false;
    }

    private static long MostOf(string name) => name.StartsWith("bytes", StringComparison.Ordinal) ? MostBytes : MostCount;
}

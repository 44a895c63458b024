using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MailFunctions.Storage;

namespace MailFunctions.Keys.Audit;

/// <summary>
/// The key of an entry: a partition for each day, and in it the newest first. Tables list keys only in ascending order, so
/// both count down: days and ticks until the end of the calendar. Every row key of an older day is higher than those of a
/// newer one, so one bound on the row key is enough.
/// </summary>
/// <param name="RowKey"><c>{ticks, newest first}-{token}</c>.</param>
internal readonly record struct AuditKey(string RowKey)
{
    /// <summary>Follows the row key of an entry in that of its result, which so stands right behind it.</summary>
    private const string ResultSuffix = "-r";

    private const int TickDigits = 19;

    public string PartitionKey => PartitionOf(At);

    public string ResultRowKey => RowKey + ResultSuffix;

    public DateTimeOffset At => new(DateTimeOffset.MaxValue.UtcTicks - long.Parse(RowKey.AsSpan(0, TickDigits), CultureInfo.InvariantCulture), TimeSpan.Zero);

    public static AuditKey New(DateTimeOffset at) => new($"{TicksOf(at)}-{WriteToken.New()}");

    /// <summary>The partition of a day; that of an older day is higher.</summary>
    public static string PartitionOf(DateTimeOffset at) =>
        (DateOnly.MaxValue.DayNumber - DateOnly.FromDateTime(at.UtcDateTime).DayNumber).ToString("D7", CultureInfo.InvariantCulture);

    /// <summary>The bound that lies before the keys of this moment, and behind those of later ones.</summary>
    public static string BoundAt(DateTimeOffset at) => TicksOf(at);

    /// <summary>True for the key of an entry; false for that of a result, and for any other text.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AuditKey? key)
    {
        key = text is not null
            && text.Length == TickDigits + 1 + WriteToken.Chars
            && text[TickDigits] == '-'
            && !text.AsSpan(0, TickDigits).ContainsAnyExceptInRange('0', '9')
            && long.TryParse(text.AsSpan(0, TickDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTimeOffset.MaxValue.UtcTicks
            && text.AsSpan(TickDigits + 1).IndexOfAnyExcept(WriteToken.Alphabet) < 0
                ? new AuditKey(text)
                : null;
        return key is not null;
    }

    private static string TicksOf(DateTimeOffset at) => (DateTimeOffset.MaxValue.UtcTicks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);
}

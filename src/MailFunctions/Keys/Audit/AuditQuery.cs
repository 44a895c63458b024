using Azure.Data.Tables;

namespace MailFunctions.Keys.Audit;

/// <summary>A caller's filter: an entry must match every field that is set.</summary>
internal sealed record AuditQuery
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;

    public string? Who { get; init; }

    public string? Call { get; init; }

    public string? Target { get; init; }

    public AuditOutcome? Outcome { get; init; }

    /// <summary>Began at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Began before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The last entry that was seen; older ones follow.</summary>
    public AuditKey? After { get; init; }

    public int Limit { get; init; } = DefaultLimit;

    public AuditRange Range => AuditRange.Of(From, To, After);

    public bool Matches(AuditEntry entry) =>
        (Who ?? entry.Who) == entry.Who
        && (Call ?? entry.Call) == entry.Call
        && (Target ?? entry.Target) == entry.Target
        && (Outcome is not { } outcome || outcome == AuditOutcomes.OutcomeOf(entry));
}

/// <summary>The part of the table that a query reads.</summary>
/// <param name="Filter">An OData filter on the keys alone.</param>
internal readonly record struct AuditRange(string Filter)
{
    /// <summary>The character that follows the digits: every row key is lower.</summary>
    private const string AllKeys = ":";

    public static AuditRange Of(DateTimeOffset? from, DateTimeOffset? to, AuditKey? after)
    {
        // Keys count down: the newest moment gives the lowest key, and the bound of a moment is lower than each key of it.
        var first = AuditKey.PartitionOf(to ?? DateTimeOffset.MaxValue);
        if (after is { } seen && string.CompareOrdinal(seen.PartitionKey, first) > 0)
            first = seen.PartitionKey;
        var last = AuditKey.PartitionOf(from ?? DateTimeOffset.MinValue);
        var lowest = to is { } end ? AuditKey.BoundAt(end.AddTicks(-1)) : "";
        var highest = from is { } start ? AuditKey.BoundAt(start.AddTicks(-1)) : AllKeys;
        return new(TableClient.CreateQueryFilter(
            $"PartitionKey ge {first} and PartitionKey le {last} and RowKey ge {lowest} and RowKey gt {after?.ResultRowKey ?? ""} and RowKey lt {highest}"));
    }
}

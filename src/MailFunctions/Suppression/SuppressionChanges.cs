using System.Globalization;
using Azure.Data.Tables;
using MailFunctions.Storage;

namespace MailFunctions.Suppression;

/// <summary>
/// The table SuppressionChanges: the keys of the list that were, or are about to be, written, so that a snapshot is
/// refreshed by one small query. A row names a range and not its contents: the reader reads the range itself, so it does
/// not matter in which order changes are seen, or how often.
/// </summary>
/// <remarks>
/// A row is written before the entries that it announces and is marked done after them. Until it is done, a reader reads
/// its range again each time, for <see cref="InFlight"/>: even if the writer crashed, its entries are seen.
/// </remarks>
internal sealed class SuppressionChanges(StorageClients storage, TimeProvider clock)
{
    /// <summary>The longest duration of a write that a row announces, with every retry of the storage client.</summary>
    public static readonly TimeSpan InFlight = TimeSpan.FromMinutes(10);

    /// <summary>The time that rows are kept: far longer than the interval at which a snapshot is refreshed by them.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private const string Partition = "change";
    private const string First = "first";
    private const string Last = "last";
    private const string Done = "done";

    private readonly TableClient _table = storage.Table(StorageNames.SuppressionChangesTable);

    /// <summary>Announces that these ranges are about to be written. Await it before writing.</summary>
    public async Task<IReadOnlyList<SuppressionChange>> AnnounceAsync(IReadOnlyCollection<KeyRange> ranges, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var announced = ranges.Select(range => new SuppressionChange($"{Ticks(now)}-{WriteToken.New()}", range, IsDone: false)).ToList();
        await WriteAsync(announced, cancellationToken);
        return announced;
    }

    /// <summary>
    /// Marks the ranges as written: in the same rows, or in new ones when it took so long that a reader may
    /// have stopped reading those.
    /// </summary>
    public async Task FinishAsync(IReadOnlyList<SuppressionChange> announced, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var isLate = string.CompareOrdinal(announced[0].RowKey, Ticks(now - (InFlight / 2))) < 0;
        await WriteAsync(
            [.. announced.Select(change => change with { IsDone = true, RowKey = isLate ? $"{Ticks(now)}-{WriteToken.New()}" : change.RowKey })],
            cancellationToken);
    }

    /// <summary>Returns the changes announced since a time, oldest first.</summary>
    public async Task<IReadOnlyList<SuppressionChange>> ReadAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey ge {Ticks(since)}");
        var changes = new List<SuppressionChange>();
        await foreach (var entity in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            if (SuppressionKey.TryParse(entity.GetString(First), out var first) && SuppressionKey.TryParse(entity.GetString(Last), out var last))
                changes.Add(new SuppressionChange(entity.RowKey, new KeyRange(first, last), entity.GetBoolean(Done) ?? false));
        }

        return changes;
    }

    /// <summary>Deletes the rows that no reader needs any more, for the timer.</summary>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        var until = Ticks(clock.GetUtcNow() - KeptFor);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey lt {until}");
        await foreach (var page in _table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken).AsPages())
            await TableTransactions.DeleteAsync(_table, page.Values.Select(entity => (entity.PartitionKey, entity.RowKey)), cancellationToken);
    }

    private static string Ticks(DateTimeOffset time) => time.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);

    private async Task WriteAsync(IReadOnlyList<SuppressionChange> changes, CancellationToken cancellationToken)
    {
        if (changes.Count == 1)
        {
            await _table.UpsertEntityAsync(ToEntity(changes[0]), TableUpdateMode.Replace, cancellationToken);
            return;
        }

        foreach (var slice in TableTransactions.Cut(changes.Select(change => new TableTransactionAction(TableTransactionActionType.UpsertReplace, ToEntity(change)))))
            await _table.SubmitTransactionAsync(slice, cancellationToken);
    }

    private static TableEntity ToEntity(SuppressionChange change) => new(Partition, change.RowKey)
    {
        ["v"] = 1,
        [First] = change.Range.First.RowKey,
        [Last] = change.Range.Last.RowKey,
        [Done] = change.IsDone,
    };
}

/// <param name="RowKey"><c>{ticks}-{token}</c>.</param>
/// <param name="IsDone">The entries that it announces are in the list.</param>
internal sealed record SuppressionChange(string RowKey, KeyRange Range, bool IsDone);

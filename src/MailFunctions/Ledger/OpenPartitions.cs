using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Ledger;

/// <summary>
/// The partitions of the ledger with mail that is still open after a day: rows of the table Progress, PK
/// <c>open</c>, RK <c>{HHmm}-{partition}</c>. The minute of the day comes first, so that a run through the day meets
/// each partition once.
/// </summary>
/// <remarks>A superfluous row costs one query of one partition a day; it is removed once its partition has no such mail.</remarks>
internal sealed class OpenPartitions(StorageClients storage)
{
    private const string Partition = "open";
    private const string QueuedAgain = "queued_again";
    private const string Token = "token";

    private readonly TableClient _progress = storage.Table(StorageNames.ProgressTable);

    /// <summary>Adds a row, before its mail is opened again or when it is found. A crash in between leaves a superfluous row.</summary>
    public Task RememberAsync(string partition, CancellationToken cancellationToken) =>
        _progress.UpsertEntityAsync(Row(partition), TableUpdateMode.Merge, cancellationToken);

    /// <summary>Does the same as <see cref="RememberAsync"/>, and records that mail of the partition was queued again.</summary>
    public Task RememberQueuedAgainAsync(string partition, DateTimeOffset queuedAgain, CancellationToken cancellationToken)
    {
        var row = Row(partition);
        row[QueuedAgain] = queuedAgain.ToUniversalTime();
        return _progress.UpsertEntityAsync(row, TableUpdateMode.Merge, cancellationToken);
    }

    /// <returns>Null if there is no row.</returns>
    public async Task<OpenPartition?> FindAsync(string partition, CancellationToken cancellationToken)
    {
        var found = await _progress.GetEntityIfExistsAsync<TableEntity>(Partition, Key(partition), cancellationToken: cancellationToken);
        return found.HasValue ? Read(found.Value!) : null;
    }

    /// <summary>
    /// Reads, in order, the rows whose minute of the day is after <paramref name="from"/> and up to <paramref name="to"/>.
    /// </summary>
    /// <param name="from">At most a day before <paramref name="to"/>.</param>
    public async IAsyncEnumerable<OpenPartition> ReadAsync(DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (from.AddMinutes(1) > to)
            yield break;
        var (first, last) = (Minute(from.AddMinutes(1)), Minute(to));
        (string, string)[] ranges = string.CompareOrdinal(first, last) <= 0 ? [(first, last)] : [(first, "2359"), ("0000", last)];
        foreach (var (begin, end) in ranges)
        {
            // '.' is the character after '-'.
            var (lower, upper) = ($"{begin}-", $"{end}.");
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey ge {lower} and RowKey lt {upper}");
            await foreach (var row in _progress.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
                yield return Read(row);
        }
    }

    /// <summary>Removes a row only as it was read: a row written again since then stays.</summary>
    public async Task ForgetAsync(OpenPartition partition, CancellationToken cancellationToken)
    {
        try
        {
            await _progress.DeleteEntityAsync(Partition, Key(partition.PartitionKey), partition.ETag, cancellationToken);
        }
        catch (RequestFailedException changed) when (changed.Status is 404 or 412)
        {
            // The partition is looked at again tomorrow.
        }
    }

    private static TableEntity Row(string partition) => new(Partition, Key(partition)) { [Token] = WriteToken.New() };

    private static OpenPartition Read(TableEntity row) => new(row.RowKey[5..], row.GetDateTimeOffset(QueuedAgain)?.ToUniversalTime(), row.ETag);

    private static string Key(string partition) => $"{Minute(MinutePartition.MinuteOf(partition))}-{partition}";

    private static string Minute(DateTimeOffset time) => time.UtcDateTime.ToString("HHmm", CultureInfo.InvariantCulture);
}

/// <param name="PartitionKey">The partition key in the table Emails.</param>
/// <param name="QueuedAgain">The time at which mail of it was last queued again; null if never.</param>
internal sealed record OpenPartition(string PartitionKey, DateTimeOffset? QueuedAgain, ETag ETag);

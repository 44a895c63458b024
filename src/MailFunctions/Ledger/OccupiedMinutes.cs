using Azure.Data.Tables;
using MailFunctions.Mail;

namespace MailFunctions.Ledger;

/// <summary>
/// Finds minutes with rows in the two tables whose partitions are <see cref="MinutePartition"/>s, by the first key of each
/// shard's range.
/// </summary>
internal sealed class OccupiedMinutes(TableClient emails, TableClient events)
{
    /// <returns>The first minute from <paramref name="from"/> to before <paramref name="to"/> in which mail was accepted.</returns>
    public Task<DateTimeOffset?> FirstOfMailAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        FirstAsync([emails], from, to, cancellationToken);

    /// <returns>The first minute from <paramref name="from"/> to before <paramref name="to"/> that has a mail or an event.</returns>
    public Task<DateTimeOffset?> FirstAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        FirstAsync([emails, events], from, to, cancellationToken);

    private static async Task<DateTimeOffset?> FirstAsync(TableClient[] tables, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(tables.SelectMany(table => Enumerable.Range(0, EmailId.Shards).Select(shard =>
            FirstAsync(table, MinutePartition.Key(shard, from), MinutePartition.Key(shard, to), cancellationToken))));
        return found.Min();
    }

    private static async Task<DateTimeOffset?> FirstAsync(TableClient table, string from, string to, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {from} and PartitionKey lt {to}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, maxPerPage: 1, select: ["PartitionKey"], cancellationToken))
            return MinutePartition.MinuteOf(row.PartitionKey);
        return null;
    }
}

using System.Globalization;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Ledger;

/// <summary>
/// The table Held: an index of the mails that await a person, newest first, so that finding the few does not take a scan
/// of all. An entry is written before the ledger row that it points to; one whose mail is in another state by now is
/// passed over, and removed by whoever reads it.
/// </summary>
internal sealed class HeldIndex(StorageClients storage)
{
    private readonly TableClient _table = storage.Table(StorageNames.HeldTable);

    public Task AddAsync(EmailId id, EmailState state, DateTimeOffset at, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(state.Name(), $"{KeyBefore(at)}-{id}"), TableUpdateMode.Replace, cancellationToken);

    /// <summary>What comes before the keys of all mails that have waited since a moment or longer: ascending keys are all that a table can list, so the newest has the smallest.</summary>
    public static string KeyBefore(DateTimeOffset at) => (DateTimeOffset.MaxValue.UtcTicks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);

    /// <summary>One page of entries.</summary>
    /// <param name="after">The last key of the page before; null for the first page.</param>
    public async Task<IReadOnlyList<HeldEntry>> ReadAsync(EmailState state, string? after, int count, CancellationToken cancellationToken)
    {
        var partition = state.Name();
        var from = after ?? "";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {from}");
        // Storage may end a page early: only what is read to the count, or to the end, can be merged with another state's.
        return await _table.QueryAsync<TableEntity>(filter, maxPerPage: count, select: ["PartitionKey", "RowKey"], cancellationToken)
            .Take(count)
            .Select(entity => new HeldEntry(entity.PartitionKey, entity.RowKey))
            .ToListAsync(cancellationToken);
    }

    /// <summary>One page of the entries of several states.</summary>
    public async Task<IReadOnlyList<HeldEntry>> ReadAsync(IReadOnlyCollection<EmailState> states, string? after, int count, CancellationToken cancellationToken)
    {
        var pages = await Task.WhenAll(states.Select(state => ReadAsync(state, after, count, cancellationToken)));
        return [.. pages.SelectMany(page => page).OrderBy(entry => entry.RowKey, StringComparer.Ordinal).Take(count)];
    }

    public async Task RemoveAsync(HeldEntry entry, CancellationToken cancellationToken) =>
        await _table.DeleteEntityAsync(entry.PartitionKey, entry.RowKey, ETag.All, cancellationToken);
}

/// <param name="PartitionKey">The state's name.</param>
/// <param name="RowKey"><c>{ticks, newest first}-{id}</c>.</param>
internal sealed record HeldEntry(string PartitionKey, string RowKey)
{
    private const int TickDigits = 19;

    public EmailId Id { get; } = EmailId.Parse(RowKey[(TickDigits + 1)..]);

    /// <summary>Since when the mail waits.</summary>
    public DateTimeOffset At { get; } = new(DateTimeOffset.MaxValue.UtcTicks - long.Parse(RowKey.AsSpan(0, TickDigits), CultureInfo.InvariantCulture), TimeSpan.Zero);
}

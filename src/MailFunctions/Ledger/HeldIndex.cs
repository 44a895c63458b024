using System.Globalization;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Ledger;

/// <summary>
/// The table Held: an index of the mails on hold, newest first, so that finding the few does not take a scan of all. An
/// entry is written before the ledger row that it points to. An entry whose mail is in another state by now is ignored,
/// and removed by the reader.
/// </summary>
internal sealed class HeldIndex(StorageClients storage)
{
    private readonly TableClient _table = storage.Table(StorageNames.HeldTable);

    public Task AddAsync(EmailId id, EmailState state, DateTimeOffset at, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(state.Name(), $"{KeyBefore(at)}-{id}"), TableUpdateMode.Replace, cancellationToken);

    /// <summary>
    /// The key that precedes those of all mails on hold since that moment or longer. Tables list keys only in ascending
    /// order, so the newest entry has the smallest key.
    /// </summary>
    public static string KeyBefore(DateTimeOffset at) => (DateTimeOffset.MaxValue.UtcTicks - at.UtcTicks).ToString("D19", CultureInfo.InvariantCulture);

    /// <summary>Reads one page of entries.</summary>
    /// <param name="after">The last key of the previous page; null for the first page.</param>
    public async Task<IReadOnlyList<HeldEntry>> ReadAsync(EmailState state, string? after, int count, CancellationToken cancellationToken)
    {
        var partition = state.Name();
        var from = after ?? "";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {from}");
        // Storage may end a page early; merging with another state's page needs the full count, or all that is left.
        return await _table.QueryAsync<TableEntity>(filter, maxPerPage: count, select: ["PartitionKey", "RowKey"], cancellationToken)
            .Take(count)
            .Select(entity => new HeldEntry(entity.PartitionKey, entity.RowKey))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Reads one page of the entries of several states.</summary>
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

    /// <summary>The time since when the mail has been on hold.</summary>
    public DateTimeOffset At { get; } = new(DateTimeOffset.MaxValue.UtcTicks - long.Parse(RowKey.AsSpan(0, TickDigits), CultureInfo.InvariantCulture), TimeSpan.Zero);
}

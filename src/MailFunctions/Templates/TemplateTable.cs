using System.Globalization;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;

namespace MailFunctions.Templates;

/// <summary>
/// The table Templates: one partition per name with a head and the versions, and one partition that lists the names.
/// A version and the head that points to it are written in one transaction, which is the commit.
/// </summary>
internal sealed class TemplateTable(StorageClients storage)
{
    private const string Names = "names";
    private const string Head = "head";

    /// <summary>Octets of one property; Azure allows 64 KiB.</summary>
    private const int ChunkBytes = 64_000;

    private readonly TableClient _table = storage.Table(StorageNames.TemplatesTable);

    /// <returns>Null when no template ever had this name.</returns>
    public async Task<TemplateHead?> ReadHeadAsync(string name, CancellationToken cancellationToken)
    {
        var entity = await _table.GetEntityIfExistsAsync<TableEntity>(Partition(name), Head, cancellationToken: cancellationToken);
        return entity.HasValue ? ReadHead(name, entity.Value!) : null;
    }

    public async Task<TemplateVersion?> ReadVersionAsync(string name, int version, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(Partition(name), RowKey(version), cancellationToken: cancellationToken);
        if (!found.HasValue || found.Value is not { } entity)
            return null;

        var chunks = Enumerable.Range(0, entity.GetInt32("chunks") ?? 0).Select(i => entity.GetBinary(Chunk(i)));
        return new TemplateVersion(
            name, version, entity.GetDateTimeOffset("created_at") ?? default, TemplateContent.Decompress([.. chunks.SelectMany(bytes => bytes)]), entity.GetString("token"));
    }

    /// <summary>Adds a version and makes it the newest, if the head is unchanged since it was read.</summary>
    /// <param name="head">The new head, with the ETag of the one that it replaces, or the default when there was none.</param>
    /// <param name="compressed">At most <see cref="TemplateLimits.StoredBytes"/>.</param>
    /// <returns>False when another caller was faster.</returns>
    public async Task<bool> TryAddAsync(TemplateHead head, byte[] compressed, CancellationToken cancellationToken)
    {
        var token = WriteToken.New();
        var chunks = compressed.Chunk(ChunkBytes).ToArray();
        var version = new TableEntity(Partition(head.Name), RowKey(head.Version)) { ["v"] = 1, ["token"] = token, ["created_at"] = head.UpdatedAt, ["chunks"] = chunks.Length };
        for (var i = 0; i < chunks.Length; i++)
            version[Chunk(i)] = chunks[i];

        try
        {
            await _table.SubmitTransactionAsync([new TableTransactionAction(TableTransactionActionType.Add, version), Write(head, token)], cancellationToken);
            return true;
        }
        catch (RequestFailedException conflict) when (conflict.Status is 409 or 412)
        {
            // Our own first try may have succeeded. The version shows it, since it never changes.
            var standing = await ReadVersionAsync(head.Name, head.Version, cancellationToken);
            return standing?.Token == token;
        }
    }

    /// <summary>Writes only a head, if it is unchanged since it was read.</summary>
    public async Task<bool> TryWriteAsync(TemplateHead head, CancellationToken cancellationToken)
    {
        var token = WriteToken.New();
        try
        {
            await _table.SubmitTransactionAsync([Write(head, token)], cancellationToken);
            return true;
        }
        catch (RequestFailedException conflict) when (conflict.Status == 412)
        {
            var standing = await _table.GetEntityIfExistsAsync<TableEntity>(Partition(head.Name), Head, ["token"], cancellationToken);
            return standing.HasValue && standing.Value!.GetString("token") == token;
        }
    }

    /// <summary>Removes the versions up to one, which readers do not see any more.</summary>
    public async Task RemoveVersionsAsync(string name, int last, CancellationToken cancellationToken)
    {
        var (partition, until) = (Partition(name), RowKey(last));
        var from = RowKey(0);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {from} and RowKey le {until}");
        var keys = new List<(string, string)>();
        await foreach (var entity in _table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken))
            keys.Add((entity.PartitionKey, entity.RowKey));
        await TableTransactions.DeleteAsync(_table, keys, cancellationToken);
    }

    /// <summary>Lists a name before its head is written; readers skip a name without a head.</summary>
    public Task AddNameAsync(string name, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(Names, name), TableUpdateMode.Replace, cancellationToken);

    /// <summary>Reads up to <paramref name="count"/> names in order.</summary>
    public async Task<IReadOnlyList<string>> ReadNamesAsync(string after, int count, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Names} and RowKey gt {after}");
        await foreach (var page in _table.QueryAsync<TableEntity>(filter, maxPerPage: count, select: ["RowKey"], cancellationToken).AsPages())
            return [.. page.Values.Select(entity => entity.RowKey)];
        return [];
    }

    private static TableTransactionAction Write(TemplateHead head, string token)
    {
        var entity = new TableEntity(Partition(head.Name), Head)
        {
            ["v"] = 1,
            ["token"] = token,
            ["version"] = head.Version,
            ["first"] = head.First,
            ["hash"] = head.Hash,
            ["updated_at"] = head.UpdatedAt,
        };
        return head.ETag == default
            ? new TableTransactionAction(TableTransactionActionType.Add, entity)
            : new TableTransactionAction(TableTransactionActionType.UpdateReplace, entity, head.ETag);
    }

    private static TemplateHead ReadHead(string name, TableEntity entity) => new(name)
    {
        Version = entity.GetInt32("version") ?? 0,
        First = entity.GetInt32("first") ?? 1,
        Hash = entity.GetString("hash"),
        UpdatedAt = entity.GetDateTimeOffset("updated_at") ?? default,
        ETag = entity.ETag,
    };

    /// <summary>Builds a partition key that differs from that of the list of names for every name.</summary>
    private static string Partition(string name) => $"t-{name}";

    private static string RowKey(int version) => string.Create(CultureInfo.InvariantCulture, $"v-{version:D10}");

    private static string Chunk(int index) => string.Create(CultureInfo.InvariantCulture, $"content{index}");
}

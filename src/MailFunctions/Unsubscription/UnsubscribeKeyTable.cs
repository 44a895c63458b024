using System.Globalization;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Unsubscription;

/// <summary>The table UnsubscribeKeys: one row for each key, by its number. Rows are inserted, never changed or deleted.</summary>
internal sealed class UnsubscribeKeyTable(StorageClients storage, TimeProvider clock)
{
    private const string Partition = "key";
    private const string Secret = "secret";
    private const int Version = 1;

    private readonly TableClient _table = storage.Table(StorageNames.UnsubscribeKeysTable);

    public Task CreateAsync(CancellationToken cancellationToken) => _table.CreateIfNotExistsAsync(cancellationToken);

    /// <returns>The keys in the order of their numbers, without those that only a newer version of the app can read.</returns>
    public async Task<IReadOnlyList<UnsubscribeKey>> ReadAsync(CancellationToken cancellationToken) =>
        [.. (await _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellationToken: cancellationToken).ToListAsync(cancellationToken)).Select(Read).OfType<UnsubscribeKey>()];

    /// <summary>Inserts a new key under a number, unless that number has one.</summary>
    public async Task AddAsync(ushort number, CancellationToken cancellationToken)
    {
        var secret = new byte[UnsubscribeKey.SecretBytes];
        Chance.Octets.GetBytes(secret);
        try
        {
            var entity = new TableEntity(Partition, RowKey(number)) { ["v"] = Version, [Secret] = secret, ["made_at"] = RowValues.Time(clock.GetUtcNow()) };
            await _table.AddEntityAsync(entity, cancellationToken);
        }
        catch (RequestFailedException taken) when (taken.Status == 409)
        {
            // Another process was first, or the answer to our own write was lost: the stored key counts.
        }
    }

    private static UnsubscribeKey? Read(TableEntity entity) =>
        entity.GetInt32("v") == Version && entity.GetBinary(Secret) is { Length: UnsubscribeKey.SecretBytes } secret && ushort.TryParse(entity.RowKey, CultureInfo.InvariantCulture, out var number)
            ? new UnsubscribeKey(number, secret, entity.OptionalTime("made_at") ?? DateTimeOffset.MinValue)
            : null;

    private static string RowKey(ushort number) => number.ToString("D5", CultureInfo.InvariantCulture);
}

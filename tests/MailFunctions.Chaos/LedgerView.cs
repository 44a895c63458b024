using Azure.Data.Tables;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;

namespace MailFunctions.Chaos;

/// <summary>Looks at the ledger from outside, as nobody but a test does: over all of it.</summary>
internal sealed class LedgerView
{
    private static readonly string Open = string.Join(
        " or ", Enum.GetValues<EmailState>().Where(state => state.IsOpen()).Select(state => $"state eq '{state.Name()}'"));

    private readonly TableClient _table;

    public LedgerView(string storage)
    {
        var configuration = TestSettings.Configuration((TestSettings.Storage, storage));
        _table = new StorageClients(configuration, new StorageClock(TimeProvider.System)).Table(StorageNames.EmailsTable);
    }

    /// <summary>The mails that are not settled yet.</summary>
    public ValueTask<List<LedgerRow>> ReadOpenAsync(CancellationToken cancellationToken) => _table
        .QueryAsync<TableEntity>(Open, select: LedgerRowMapping.WithoutContent, cancellationToken: cancellationToken)
        .Select(LedgerRowMapping.FromEntity)
        .ToListAsync(cancellationToken);

    /// <summary>What stands under a key, in words.</summary>
    public async Task<string> TellAsync(EmailId id, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(id.PartitionKey, id.RowKey, LedgerRowMapping.WithoutContent, cancellationToken);
        return found.HasValue ? $"{found.Value!.GetString("state")} since {found.Value.Timestamp:HH:mm:ss.fff}" : "no row";
    }

    /// <summary>The ids of all that was ever accepted.</summary>
    public ValueTask<List<string>> ReadIdsAsync(CancellationToken cancellationToken) => _table
        .QueryAsync<TableEntity>($"state ne '{EmailState.Void.Name()}'", select: ["RowKey"], cancellationToken: cancellationToken)
        .Select(entity => entity.RowKey)
        .ToListAsync(cancellationToken);
}

using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Ledger;

/// <summary>Reads a whole partition of the ledger: the mails of one shard that were accepted within a minute.</summary>
internal sealed class LedgerPartition(StorageClients storage, ILogger<LedgerPartition> logger)
{
    private readonly TableClient _table = storage.Table(StorageNames.EmailsTable);

    /// <summary>Returns the rows without their content, void ones included, and the number of rows this version cannot read.</summary>
    public async Task<(IReadOnlyList<LedgerRow> Rows, int Unreadable)> ReadAsync(string partition, CancellationToken cancellationToken)
    {
        var (rows, unreadable) = (new List<LedgerRow>(), 0);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
        await foreach (var entity in _table.QueryAsync<TableEntity>(filter, select: LedgerRowMapping.WithoutContent, cancellationToken: cancellationToken))
        {
            if (LedgerRowMapping.FromEntityOrSkip(entity, logger) is { } row)
                rows.Add(row);
            else
                unreadable++;
        }

        return (rows, unreadable);
    }
}

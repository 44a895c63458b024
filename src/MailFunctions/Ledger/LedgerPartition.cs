using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Ledger;

/// <summary>Reads one partition of the ledger whole: the mails of one shard that were accepted within a minute.</summary>
internal sealed class LedgerPartition(StorageClients storage, ILogger<LedgerPartition> logger)
{
    private readonly TableClient _table = storage.Table(StorageNames.EmailsTable);

    /// <summary>The rows without their content, void ones included, and how many there are that this version cannot read.</summary>
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

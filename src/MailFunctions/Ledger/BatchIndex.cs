using Azure;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Ledger;

/// <summary>The emails that one call accepted, in the order given.</summary>
/// <param name="Id">Minted like an email's id.</param>
internal sealed record Batch(EmailId Id, IReadOnlyList<EmailId> Emails);

/// <summary>
/// The table Batches: one row a batch. It is written after the ledger rows, which commit the accept; a crash in between
/// leaves mails whose batch id was returned to no caller.
/// </summary>
internal sealed class BatchIndex(StorageClients storage)
{
    private const string Row = "batch";

    private readonly TableClient _table = storage.Table(StorageNames.BatchesTable);

    public async Task WriteAsync(Batch batch, CancellationToken cancellationToken) =>
        await _table.UpsertEntityAsync(
            new TableEntity(batch.Id.ToString(), Row) { ["v"] = 1, ["emails"] = EmailId.Pack(batch.Emails) },
            TableUpdateMode.Replace,
            cancellationToken);

    /// <summary>Deletes a row. A missing row is no error.</summary>
    public Task DeleteAsync(EmailId id, CancellationToken cancellationToken) => _table.DeleteEntityAsync(id.ToString(), Row, ETag.All, cancellationToken);

    /// <returns>Null if there is no batch with this id.</returns>
    public async Task<Batch?> ReadAsync(EmailId id, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(id.ToString(), Row, cancellationToken: cancellationToken);
        return found.HasValue ? new Batch(id, EmailId.Unpack(found.Value!.GetBinary("emails"))) : null;
    }
}

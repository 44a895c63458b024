using Azure;
using Azure.Core;
using Azure.Data.Tables;

namespace MailFunctions.Storage;

/// <summary>
/// The client of one table, and the one place that every key of every request passes. It checks keys by Azure's rules
/// (<see cref="TableKey"/>), so that a key that only an emulator accepts is found at its origin, and not first on Azure.
/// </summary>
/// <remarks>Each method throws an <see cref="ArgumentException"/> for such a key, as for a bug. Callers' text is checked before.</remarks>
internal sealed class StrictTableClient : TableClient
{
    public StrictTableClient(string connectionString, string name, TableClientOptions options)
        : base(connectionString, name, options)
    {
    }

    public StrictTableClient(Uri endpoint, string name, TokenCredential credential, TableClientOptions options)
        : base(endpoint, name, credential, options)
    {
    }

    public override Task<Response<T>> GetEntityAsync<T>(string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
    {
        Check(partitionKey, rowKey);
        return base.GetEntityAsync<T>(partitionKey, rowKey, select, cancellationToken);
    }

    public override Response<T> GetEntity<T>(string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
    {
        Check(partitionKey, rowKey);
        return base.GetEntity<T>(partitionKey, rowKey, select, cancellationToken);
    }

    public override Task<NullableResponse<T>> GetEntityIfExistsAsync<T>(string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
    {
        Check(partitionKey, rowKey);
        return base.GetEntityIfExistsAsync<T>(partitionKey, rowKey, select, cancellationToken);
    }

    public override NullableResponse<T> GetEntityIfExists<T>(string partitionKey, string rowKey, IEnumerable<string>? select = null, CancellationToken cancellationToken = default)
    {
        Check(partitionKey, rowKey);
        return base.GetEntityIfExists<T>(partitionKey, rowKey, select, cancellationToken);
    }

    public override Task<Response> AddEntityAsync<T>(T entity, CancellationToken cancellationToken = default)
    {
        Check(entity);
        return base.AddEntityAsync(entity, cancellationToken);
    }

    public override Response AddEntity<T>(T entity, CancellationToken cancellationToken = default)
    {
        Check(entity);
        return base.AddEntity(entity, cancellationToken);
    }

    public override Task<Response> UpsertEntityAsync<T>(T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
    {
        Check(entity);
        return base.UpsertEntityAsync(entity, mode, cancellationToken);
    }

    public override Response UpsertEntity<T>(T entity, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
    {
        Check(entity);
        return base.UpsertEntity(entity, mode, cancellationToken);
    }

    public override Task<Response> UpdateEntityAsync<T>(T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
    {
        Check(entity);
        return base.UpdateEntityAsync(entity, ifMatch, mode, cancellationToken);
    }

    public override Response UpdateEntity<T>(T entity, ETag ifMatch, TableUpdateMode mode = TableUpdateMode.Merge, CancellationToken cancellationToken = default)
    {
        Check(entity);
        return base.UpdateEntity(entity, ifMatch, mode, cancellationToken);
    }

    public override Task<Response> DeleteEntityAsync(string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        Check(partitionKey, rowKey);
        return base.DeleteEntityAsync(partitionKey, rowKey, ifMatch, cancellationToken);
    }

    public override Response DeleteEntity(string partitionKey, string rowKey, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        Check(partitionKey, rowKey);
        return base.DeleteEntity(partitionKey, rowKey, ifMatch, cancellationToken);
    }

    public override Task<Response> DeleteEntityAsync(ITableEntity entity, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        Check(entity);
        return base.DeleteEntityAsync(entity, ifMatch, cancellationToken);
    }

    public override Response DeleteEntity(ITableEntity entity, ETag ifMatch = default, CancellationToken cancellationToken = default)
    {
        Check(entity);
        return base.DeleteEntity(entity, ifMatch, cancellationToken);
    }

    public override Task<Response<IReadOnlyList<Response>>> SubmitTransactionAsync(IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default) =>
        base.SubmitTransactionAsync(Checked(transactionActions), cancellationToken);

    public override Response<IReadOnlyList<Response>> SubmitTransaction(IEnumerable<TableTransactionAction> transactionActions, CancellationToken cancellationToken = default) =>
        base.SubmitTransaction(Checked(transactionActions), cancellationToken);

    private List<TableTransactionAction> Checked(IEnumerable<TableTransactionAction> actions)
    {
        var all = actions.ToList();
        foreach (var action in all)
            Check(action.Entity);
        return all;
    }

    private void Check(ITableEntity entity) => Check(entity.PartitionKey, entity.RowKey);

    private void Check(string partitionKey, string rowKey)
    {
        TableKey.Check(partitionKey, Name);
        TableKey.Check(rowKey, Name);
    }
}

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>The entities of one table, ordered by partition key and row key.</summary>
internal sealed class MemoryTable
{
    private readonly OrderedRows<OrderedRows<MemoryEntity>> _partitions = new();

    public MemoryEntity? Find(string partitionKey, string rowKey) => _partitions.Find(partitionKey)?.Find(rowKey);

    public void Put(MemoryEntity entity)
    {
        if (_partitions.Find(entity.PartitionKey) is not { } rows)
            _partitions.Put(entity.PartitionKey, rows = new OrderedRows<MemoryEntity>());
        rows.Put(entity.RowKey, entity);
    }

    public void Remove(MemoryEntity entity)
    {
        if (_partitions.Find(entity.PartitionKey) is { } rows && rows.Remove(entity.RowKey) && rows.Count == 0)
            _partitions.Remove(entity.PartitionKey);
    }

    /// <param name="partitionKey">Null for all partitions.</param>
    public IEnumerable<MemoryEntity> From(string? partitionKey) =>
        _partitions.From(partitionKey ?? "", partitionKey).SelectMany(partition => partition.Row.From("", last: null)).Select(row => row.Row);

    /// <param name="from">The keys to begin with; null for the first.</param>
    public IEnumerable<MemoryEntity> Matching(TableFilter filter, (string PartitionKey, string RowKey)? from)
    {
        var first = from is { } one && string.CompareOrdinal(one.PartitionKey, filter.Partitions.First) > 0 ? one.PartitionKey : filter.Partitions.First;
        foreach (var (key, rows) in _partitions.From(first, filter.Partitions.Last))
        {
            var firstRow = from is { } begin && begin.PartitionKey == key && string.CompareOrdinal(begin.RowKey, filter.Rows.First) > 0 ? begin.RowKey : filter.Rows.First;
            foreach (var (_, entity) in rows.From(firstRow, filter.Rows.Last))
            {
                if (filter.Matches(entity))
                    yield return entity;
            }
        }
    }
}

using Azure.Data.Tables;

namespace MailFunctions.Statistics;

/// <summary>Cuts the writes of one partition into transactions that Azure takes: at most 100 operations and 4 MiB.</summary>
/// <remarks>Azurite takes larger ones, so the bounds are kept here.</remarks>
internal static class TransactionBatches
{
    public const int MaxOperations = 100;
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>For what surrounds the operations: the boundaries and headers of the batch.</summary>
    private const int Envelope = 16 * 1024;

    public static IEnumerable<IReadOnlyList<TableTransactionAction>> Of(IEnumerable<TableTransactionAction> actions)
    {
        var batch = new List<TableTransactionAction>();
        var bytes = Envelope;
        foreach (var action in actions)
        {
            var size = StatisticsEntity.EncodedBound((TableEntity)action.Entity);
            if (batch.Count == MaxOperations || (batch.Count > 0 && bytes + size > MaxBytes))
            {
                yield return batch;
                batch = [];
                bytes = Envelope;
            }

            batch.Add(action);
            bytes += size;
        }

        if (batch.Count > 0) yield return batch;
    }
}

using System.Text;
using Azure;
using Azure.Data.Tables;

namespace MailFunctions.Storage;

/// <summary>Cuts table writes of one partition into transactions that Azure takes: at most 100 operations and 4 MiB.</summary>
internal static class TableTransactions
{
    public const int MaxOperations = 100;

    /// <summary>Azure's limit of 4 MiB, less a margin for JSON and multipart framing.</summary>
    public const int MaxBytes = 3_500_000;

    public static IEnumerable<IReadOnlyList<T>> Cut<T>(IEnumerable<T> items, Func<T, int> sizeOf)
    {
        var slice = new List<T>();
        var bytes = 0;
        foreach (var item in items)
        {
            var size = sizeOf(item);
            if (slice.Count > 0 && (slice.Count == MaxOperations || bytes + size > MaxBytes))
            {
                yield return slice;
                slice = [];
                bytes = 0;
            }

            slice.Add(item);
            bytes += size;
        }

        if (slice.Count > 0)
            yield return slice;
    }

    public static IEnumerable<IReadOnlyList<TableTransactionAction>> Cut(IEnumerable<TableTransactionAction> actions) =>
        Cut(actions, action => SizeOf((TableEntity)action.Entity));

    /// <summary>An upper bound of an entity's bytes in a transaction: escaped JSON, and the headers of its operation.</summary>
    public static int SizeOf(TableEntity entity)
    {
        const int headers = 2048;
        const int escapedChar = 6;
        // The URL and the body both contain the keys.
        var size = headers + (2 * escapedChar * (entity.PartitionKey.Length + entity.RowKey.Length));
        foreach (var (name, value) in entity.Where(pair => pair.Key is not ("PartitionKey" or "RowKey")))
        {
            size += 64 + (2 * name.Length);
            size += value switch
            {
                string text => escapedChar * Encoding.UTF8.GetByteCount(text),
                byte[] bytes => (bytes.Length + 2) / 3 * 4,
                _ => 40,
            };
        }

        return size;
    }

    /// <summary>Deletes exactly these rows of one partition; a missing row is no error.</summary>
    public static async Task DeleteAsync(TableClient table, IEnumerable<(string PartitionKey, string RowKey)> keys, CancellationToken cancellationToken)
    {
        foreach (var some in keys.Chunk(MaxOperations))
        {
            var deletes = some.Select(key => new TableTransactionAction(
                TableTransactionActionType.Delete, new TableEntity(key.PartitionKey, key.RowKey), ETag.All)).ToList();
            await SubmitAsync(table, deletes, 404, cancellationToken);
        }
    }

    /// <summary>Runs one transaction in which a bad entity fails alone: it is dropped, and the rest is tried again.</summary>
    /// <param name="etags">Receives the new ETag of each successful action, by index; null if not needed.</param>
    /// <returns>The indexes of the actions that failed with <paramref name="expected"/> (404, 409 or 412); all others succeeded.</returns>
    public static async Task<IReadOnlySet<int>> SubmitAsync(
        TableClient table, IReadOnlyList<TableTransactionAction> actions, int expected, CancellationToken cancellationToken, IDictionary<int, ETag>? etags = null)
    {
        var failed = new HashSet<int>();
        while (failed.Count < actions.Count)
        {
            var pending = Enumerable.Range(0, actions.Count).Where(index => !failed.Contains(index)).ToList();
            try
            {
                var answers = await table.SubmitTransactionAsync(pending.Select(index => actions[index]), cancellationToken);
                for (var i = 0; etags is not null && i < pending.Count; i++)
                    etags[pending[i]] = answers.Value[i].Headers.ETag ?? default;
                break;
            }
            catch (TableTransactionFailedException exception)
                when (exception.Status == expected && exception.FailedTransactionActionIndex is { } at && at < pending.Count)
            {
                failed.Add(pending[at]);
            }
            catch (RequestFailedException exception) when (exception.Status == expected && pending.Count == 1)
            {
                failed.Add(pending[0]);
            }
        }

        return failed;
    }
}

namespace MailFunctions.TestPeers.Storage;

/// <summary>One request to storage, as faults and operation counts look at it.</summary>
public sealed record StorageRequest
{
    /// <summary>In the order of arrival, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Among the requests that write, from 1; 0 for one that reads. A retry is a write of its own.</summary>
    public required int WriteNumber { get; init; }

    /// <summary>How often this <see cref="Operation"/> has arrived, this time included.</summary>
    public required int Seen { get; init; }

    public required StorageService Service { get; init; }

    public required string Method { get; init; }

    /// <summary>Below the account, unescaped: <c>mail-bulk/messages</c>, <c>Emails(PartitionKey='a',RowKey='b')</c>.</summary>
    public required string Path { get; init; }

    /// <summary>With its question mark; "" when there is none.</summary>
    public required string Query { get; init; }

    /// <summary>The container, queue or table; "" for the account itself.</summary>
    public required string Name { get; init; }

    /// <summary>What it does in the words of the service: put, get, update, delete; insert, replace, merge, upsert, batch, query.</summary>
    public required string Verb { get; init; }

    /// <summary>Whether it changes what is stored. Taking messages from a queue hides them, and yet counts as reading.</summary>
    public required bool IsWrite { get; init; }

    /// <summary>The body, when it is text of at most 128 KiB.</summary>
    public required string? Body { get; init; }

    /// <summary>Of a table transaction, the verb of each operation, in order.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>For example <c>queue:mail-transactional put</c>, <c>table:Emails merge</c>, <c>table:Emails batch</c>.</summary>
    public string Operation => $"{Service.ToString().ToLowerInvariant()}:{Name} {Verb}";
}

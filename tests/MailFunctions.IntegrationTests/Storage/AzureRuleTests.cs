using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using MailFunctions.TestPeers.Storage.Memory;

namespace MailFunctions.IntegrationTests.Storage;

/// <summary>
/// Where Azure is stricter than the emulator, the storage in memory is as strict. Each case names the page of Azure's REST
/// reference that has the rule.
/// </summary>
public sealed class AzureRuleTests
{
    private readonly MemoryTransport _transport = new(new MemoryStorage(TimeProvider.System));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>"Performing entity group transactions": all entities have the same partition key.</summary>
    [Fact]
    public async Task A_transaction_is_about_one_partition() =>
        await RefusedAsync("CommandsInBatchActOnDifferentPartitions", [Add("p", "1"), Add("q", "2")]);

    /// <summary>"Performing entity group transactions": an entity appears only once, with one operation.</summary>
    [Fact]
    public async Task An_entity_is_in_a_transaction_once() => await RefusedAsync("InvalidDuplicateRow", [Add("p", "1"), Add("p", "1")]);

    /// <summary>"Performing entity group transactions": at most 100 entities.</summary>
    [Fact]
    public async Task A_transaction_has_at_most_100_operations()
    {
        var table = await TableAsync();
        await table.SubmitTransactionAsync(Enumerable.Range(0, 100).Select(i => Add("p", $"{i}")), Cancellation);

        Assert.Equal(400, (await Assert.ThrowsAnyAsync<RequestFailedException>(() => table.SubmitTransactionAsync(Enumerable.Range(0, 101).Select(i => Add("q", $"{i}")), Cancellation))).Status);
        Assert.Equal(100, await table.QueryAsync<TableEntity>(cancellationToken: Cancellation).CountAsync(Cancellation));
    }

    /// <summary>"Performing entity group transactions": its payload is at most 4 MiB.</summary>
    [Fact]
    public async Task A_transaction_has_at_most_4_MiB()
    {
        var table = await TableAsync();
        var large = Enumerable.Range(0, 90).Select(i => new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", $"{i}") { ["a"] = new string('x', 30_000), ["b"] = new string('x', 30_000) }));

        Assert.Equal(413, (await Assert.ThrowsAnyAsync<RequestFailedException>(() => table.SubmitTransactionAsync(large, Cancellation))).Status);
    }

    /// <summary>"Understanding the Table service data model": an entity is at most 1 MiB.</summary>
    [Fact]
    public async Task An_entity_has_at_most_1_MiB()
    {
        var entity = new TableEntity("p", "r");
        for (var i = 0; i < 17; i++)
            entity[$"property{i}"] = new string('x', 32_000);

        await RefusedAsync("EntityTooLarge", entity);
    }

    /// <summary>"Understanding the Table service data model": a string or binary property is at most 64 KiB.</summary>
    [Fact]
    public async Task A_property_has_at_most_64_KiB()
    {
        await RefusedAsync("PropertyValueTooLarge", new TableEntity("p", "r") { ["a"] = new string('x', 32 * 1024 + 1) });
        await RefusedAsync("PropertyValueTooLarge", new TableEntity("p", "r") { ["a"] = new byte[64 * 1024 + 1] });
    }

    /// <summary>"Understanding the Table service data model": at most 252 properties beside the system's.</summary>
    [Fact]
    public async Task An_entity_has_at_most_252_properties()
    {
        var entity = new TableEntity("p", "r");
        for (var i = 0; i < 253; i++)
            entity[$"property{i}"] = i;

        await RefusedAsync("TooManyProperties", entity);
    }

    /// <summary>"Understanding the Table service data model", characters disallowed in key fields; keys are at most 1 KiB.</summary>
    [Theory]
    [InlineData("a#b", "OutOfRangeInput")]
    [InlineData("a?b", "OutOfRangeInput")]
    [InlineData("a\u0085b", "OutOfRangeInput")]
    public async Task A_key_has_no_such_character(string key, string code) => await RefusedAsync(code, new TableEntity("p", key));

    /// <inheritdoc cref="A_key_has_no_such_character"/>
    [Fact]
    public async Task A_key_has_at_most_1_KiB() => await RefusedAsync("KeyValueTooLarge", new TableEntity("p", new string('k', 513)));

    /// <summary>"Query timeout and pagination": at most 1,000 entities a page.</summary>
    [Fact]
    public async Task A_page_has_at_most_1000_entities()
    {
        var table = await TableAsync();
        foreach (var some in Enumerable.Range(0, 1100).Chunk(100))
            await table.SubmitTransactionAsync(some.Select(i => Add("p", $"{i:0000}")), Cancellation);

        Assert.Equal([1000, 100], (await table.QueryAsync<TableEntity>(cancellationToken: Cancellation).AsPages().ToListAsync(Cancellation)).Select(page => page.Values.Count));
    }

    /// <summary>"Put Message": a message is at most 64 KiB.</summary>
    [Fact]
    public async Task A_message_has_at_most_64_KiB()
    {
        var queue = await QueueAsync();
        await queue.SendMessageAsync(new string('x', 64 * 1024), Cancellation);

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => queue.SendMessageAsync(new string('x', 64 * 1024 + 1), Cancellation));
        Assert.Equal("RequestBodyTooLarge", refused.ErrorCode);
    }

    /// <summary>"Put Message" and "Update Message": a message is hidden for at most seven days.</summary>
    [Fact]
    public async Task A_message_is_hidden_for_at_most_7_days()
    {
        var queue = await QueueAsync();
        await queue.SendMessageAsync("a", TimeSpan.FromDays(7), TimeSpan.FromSeconds(-1), Cancellation);

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => queue.SendMessageAsync("a", TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(-1), Cancellation));
        Assert.Equal("OutOfRangeQueryParameterValue", refused.ErrorCode);
    }

    /// <summary>"Delete Message": 404 if no message has the id and the receipt.</summary>
    [Fact]
    public async Task An_old_receipt_is_not_found()
    {
        var queue = await QueueAsync();
        var put = (await queue.SendMessageAsync("a", Cancellation)).Value;
        await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(1), Cancellation);

        Assert.Equal(404, (await Assert.ThrowsAsync<RequestFailedException>(() => queue.DeleteMessageAsync(put.MessageId, put.PopReceipt, Cancellation))).Status);
    }

    private static TableTransactionAction Add(string partition, string row) => new(TableTransactionActionType.Add, new TableEntity(partition, row));

    private async Task RefusedAsync(string code, TableEntity entity)
    {
        var table = await TableAsync();
        Assert.Equal(code, (await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(entity, Cancellation))).ErrorCode);
    }

    private async Task RefusedAsync(string code, IReadOnlyList<TableTransactionAction> transaction)
    {
        var table = await TableAsync();
        Assert.Equal(code, (await Assert.ThrowsAnyAsync<RequestFailedException>(() => table.SubmitTransactionAsync(transaction, Cancellation))).ErrorCode);
        Assert.Equal(0, await table.QueryAsync<TableEntity>(cancellationToken: Cancellation).CountAsync(Cancellation));
    }

    private async Task<TableClient> TableAsync()
    {
        var table = new TableServiceClient(MemoryStorage.ConnectionString, Adjusted(new TableClientOptions())).GetTableClient("Rules");
        await table.CreateIfNotExistsAsync(Cancellation);
        return table;
    }

    private async Task<QueueClient> QueueAsync()
    {
        var queue = new QueueServiceClient(MemoryStorage.ConnectionString, Adjusted(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None })).GetQueueClient("rules");
        await queue.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        return queue;
    }

    private T Adjusted<T>(T options)
        where T : ClientOptions
    {
        options.Transport = _transport;
        return options;
    }
}

using Azure;
using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Peers;

public sealed class StorageFaultTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool, int> Faults => new()
    {
        { "lose answer", true, 0 },
        { "answer 500 after", true, 500 },
        { "refuse", false, 503 },
        { "drop", false, 0 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_queue_fault_performs_the_write_or_not_and_returns_an_error(string fault, bool isPerformed, int status)
    {
        await using var storage = await ProxiedStorage.StartAsync(azurite, Cancellation);
        var queue = storage.Queue();
        await queue.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        storage.Proxy.Faults = request => request.Verb == "put" ? Fault(fault) : StorageFault.None;

        var failed = await Assert.ThrowsAnyAsync<RequestFailedException>(() => queue.SendMessageAsync("a", Cancellation));

        Assert.Equal(status, failed.Status);
        Assert.Equal(isPerformed ? 1 : 0, (await storage.DirectQueue().PeekMessagesAsync(32, Cancellation)).Value.Length);
        Assert.Equal(isPerformed ? 1 : 0, storage.Proxy.Writes.Count(write => write.EndsWith(" put", StringComparison.Ordinal)));
        Assert.Equal(1, storage.Proxy.Count(StorageService.Queue, "POST", storage.Name));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_on_a_transaction_performs_it_or_not_and_shows_the_client_an_error(string fault, bool isPerformed, int status)
    {
        await using var storage = await ProxiedStorage.StartAsync(azurite, Cancellation);
        var table = storage.Table();
        await table.CreateIfNotExistsAsync(Cancellation);
        storage.Proxy.Faults = request => request.Verb == "batch" ? Fault(fault) : StorageFault.None;

        var failed = await Assert.ThrowsAnyAsync<RequestFailedException>(() => table.SubmitTransactionAsync([new(TableTransactionActionType.Add, new TableEntity("a", "1"))], Cancellation));

        Assert.Equal(status, failed.Status);
        Assert.Equal(isPerformed ? 1 : 0, await CountRowsAsync(storage));
    }

    [Fact]
    public async Task An_insert_whose_answer_is_lost_is_retried_by_the_client_and_returns_409()
    {
        await using var storage = await ProxiedStorage.StartAsync(azurite, Cancellation);
        var table = storage.Table(retries: 3);
        await table.CreateIfNotExistsAsync(Cancellation);
        storage.Proxy.Faults = request => request is { Verb: "insert", Seen: 1 } ? StorageFault.LoseAnswer : StorageFault.None;

        var failed = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("a", "1"), Cancellation));

        Assert.Equal(409, failed.Status);
        Assert.Equal([1, 2], storage.Proxy.Requests.Where(request => request.Verb == "insert").Select(request => request.Seen));
        Assert.Equal([true, false], storage.Proxy.Answers.Where(answer => answer.Request.Verb == "insert").Select(answer => answer.IsSuccess));
    }

    [Fact]
    public async Task A_write_held_after_is_there_while_its_answer_is_not()
    {
        await using var storage = await ProxiedStorage.StartAsync(azurite, Cancellation);
        var table = storage.Table();
        await table.CreateIfNotExistsAsync(Cancellation);
        storage.Proxy.Faults = request => request.Verb == "insert" ? StorageFault.HoldAfter : StorageFault.None;

        var adding = table.AddEntityAsync(new TableEntity("a", "1"), Cancellation);
        await storage.Proxy.Held.WaitForCountAsync(1, Cancellation);

        Assert.Equal(1, await CountRowsAsync(storage));
        Assert.False(adding.IsCompleted);
        storage.Proxy.Release();
        await adding;
    }

    [Fact]
    public async Task A_write_held_before_is_performed_when_it_is_released()
    {
        await using var storage = await ProxiedStorage.StartAsync(azurite, Cancellation);
        var table = storage.Table();
        await table.CreateIfNotExistsAsync(Cancellation);
        storage.Proxy.Faults = request => request.Verb == "insert" ? StorageFault.HoldBefore : StorageFault.None;

        var adding = table.AddEntityAsync(new TableEntity("a", "1"), Cancellation);
        await storage.Proxy.Held.WaitForCountAsync(1, Cancellation);

        Assert.Equal(0, await CountRowsAsync(storage));
        storage.Proxy.Release();
        await adding;
        Assert.Equal(1, await CountRowsAsync(storage));
    }

    [Fact]
    public async Task A_write_held_before_is_never_performed_once_its_client_has_gone()
    {
        await using var storage = await ProxiedStorage.StartAsync(azurite, Cancellation);
        var table = storage.Table();
        await table.CreateIfNotExistsAsync(Cancellation);
        storage.Proxy.Faults = request => request is { Verb: "insert", Seen: 1 } ? StorageFault.HoldBefore : StorageFault.None;
        using var client = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var adding = table.AddEntityAsync(new TableEntity("a", "1"), client.Token);
        await storage.Proxy.Held.WaitForCountAsync(1, Cancellation);
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => adding);
        await storage.Proxy.Abandoned.WaitForCountAsync(1, Cancellation);
        storage.Proxy.Release();
        await table.AddEntityAsync(new TableEntity("a", "2"), Cancellation);

        Assert.Equal(["2"], (await storage.DirectTable().QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation)).Select(row => row.RowKey));
    }

    [Fact]
    public async Task An_outage_refuses_every_request_until_it_ends()
    {
        await using var storage = await ProxiedStorage.StartAsync(azurite, Cancellation);
        var (queue, table, container) = (storage.Queue(), storage.Table(), storage.Container());
        storage.Proxy.Outage = true;

        Assert.Equal(503, (await Assert.ThrowsAsync<RequestFailedException>(() => queue.CreateIfNotExistsAsync(cancellationToken: Cancellation))).Status);
        Assert.Equal("ServerBusy", (await Assert.ThrowsAsync<RequestFailedException>(() => table.CreateIfNotExistsAsync(Cancellation))).ErrorCode);
        Assert.Equal("ServerBusy", (await Assert.ThrowsAsync<RequestFailedException>(() => container.CreateIfNotExistsAsync(cancellationToken: Cancellation))).ErrorCode);
        Assert.Empty(storage.Proxy.Writes);

        storage.Proxy.Outage = false;
        await queue.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        Assert.Equal([$"queue:{storage.Name} create"], storage.Proxy.Writes);
    }

    [Fact]
    public async Task Writes_are_numbered_so_that_each_can_be_broken_in_turn()
    {
        await using var storage = await ProxiedStorage.StartAsync(azurite, Cancellation);
        var queue = storage.Queue();
        storage.Proxy.Faults = request => request.WriteNumber == 2 ? StorageFault.Drop : StorageFault.None;

        await queue.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await queue.PeekMessagesAsync(1, Cancellation);
        await Assert.ThrowsAnyAsync<RequestFailedException>(() => queue.SendMessageAsync("a", Cancellation));
        await queue.SendMessageAsync("b", Cancellation);

        Assert.Equal([1, 0, 2, 3], storage.Proxy.Requests.Select(request => request.WriteNumber));
        Assert.Equal("b", (await storage.DirectQueue().PeekMessagesAsync(32, Cancellation)).Value.Single().MessageText);
    }

    private static async Task<int> CountRowsAsync(ProxiedStorage storage) =>
        await storage.DirectTable().QueryAsync<TableEntity>(cancellationToken: Cancellation).CountAsync(Cancellation);

    private static StorageFault Fault(string name) => name switch
    {
        "lose answer" => StorageFault.LoseAnswer,
        "answer 500 after" => StorageFault.AnswerAfter(500),
        "refuse" => StorageFault.Refuse,
        _ => StorageFault.Drop,
    };
}

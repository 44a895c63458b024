using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Specialized;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Peers;

public sealed class StorageProxyTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queue_requests_pass_the_proxy_unchanged()
    {
        await using var storage = await ProxiedStorage.StartAsync(azurite, Cancellation);
        var queue = storage.Queue();
        await queue.CreateIfNotExistsAsync(cancellationToken: Cancellation);

        await queue.SendMessageAsync("ärgerlich & <schön>", TimeSpan.Zero, TimeSpan.FromSeconds(-1), Cancellation);
        var taken = (await queue.ReceiveMessagesAsync(32, TimeSpan.FromSeconds(30), Cancellation)).Value.Single();
        var updated = (await queue.UpdateMessageAsync(taken.MessageId, taken.PopReceipt, "b", TimeSpan.FromSeconds(30), Cancellation)).Value;
        await queue.DeleteMessageAsync(taken.MessageId, updated.PopReceipt, Cancellation);

        Assert.Equal("ärgerlich & <schön>", taken.MessageText);
        Assert.Equal(
            [$"queue:{storage.Name} create", $"queue:{storage.Name} put", $"queue:{storage.Name} update", $"queue:{storage.Name} delete"],
            storage.Proxy.Writes);
        Assert.Equal(1, storage.Proxy.Count(StorageService.Queue, "GET", storage.Name));
        Assert.Contains("ärgerlich", storage.Proxy.Requests.Single(request => request.Verb == "put").Body!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_requests_pass_the_proxy_unchanged()
    {
        await using var storage = await ProxiedStorage.StartAsync(azurite, Cancellation);
        var table = storage.Table();
        await table.CreateIfNotExistsAsync(Cancellation);
        var row = new TableEntity("0-ä b+c", "o'neil%2F") { ["value"] = "one" };

        await table.AddEntityAsync(row, Cancellation);
        TableEntity read = await table.GetEntityAsync<TableEntity>(row.PartitionKey, row.RowKey, cancellationToken: Cancellation);
        read["value"] = "two";
        await table.UpdateEntityAsync(read, read.ETag, TableUpdateMode.Merge, Cancellation);
        var stale = await Assert.ThrowsAsync<RequestFailedException>(() => table.UpdateEntityAsync(read, read.ETag, TableUpdateMode.Replace, Cancellation));
        await table.UpsertEntityAsync(row, TableUpdateMode.Replace, Cancellation);
        var found = await table.QueryAsync<TableEntity>(entity => entity.PartitionKey == row.PartitionKey && entity.RowKey == row.RowKey, cancellationToken: Cancellation).ToListAsync(Cancellation);
        await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, Cancellation);

        Assert.Equal("one", found.Single().GetString("value"));
        Assert.Equal(412, stale.Status);
        Assert.Equal(
            ["create", "insert", "merge", "upsert", "delete"],
            storage.Proxy.Writes.Select(write => write.Replace($"table:{storage.Name} ", "", StringComparison.Ordinal)));
        Assert.Equal(["replace"], storage.Proxy.Answers.Where(answer => answer.Status == 412).Select(answer => answer.Request.Verb));
        Assert.Equal(["read", "query"], storage.Proxy.Requests.Where(request => !request.IsWrite).Select(request => request.Verb));
    }

    [Fact]
    public async Task Transactions_pass_the_proxy_and_count_as_one_write()
    {
        await using var storage = await ProxiedStorage.StartAsync(azurite, Cancellation);
        var table = storage.Table();
        await table.CreateIfNotExistsAsync(Cancellation);
        await table.AddEntityAsync(new TableEntity("a", "0"), Cancellation);

        await table.SubmitTransactionAsync(
            [
                new(TableTransactionActionType.Add, new TableEntity("a", "1") { ["text"] = new string('x', 30_000) }),
                new(TableTransactionActionType.UpdateMerge, new TableEntity("a", "0") { ["n"] = 1 }, ETag.All),
                new(TableTransactionActionType.UpsertReplace, new TableEntity("a", "2")),
            ],
            Cancellation);
        var failed = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(
            [new(TableTransactionActionType.Add, new TableEntity("a", "3")), new(TableTransactionActionType.Add, new TableEntity("a", "1"))], Cancellation));

        Assert.Equal(409, failed.Status);
        Assert.Equal(["0", "1", "2"], (await storage.DirectTable().QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation)).Select(row => row.RowKey));
        Assert.Single(storage.Proxy.Writes, $"table:{storage.Name} batch");
        var batches = storage.Proxy.Answers.Where(answer => answer.Request.Verb == "batch").ToList();
        Assert.Equal([202, 409], batches.Select(batch => batch.Status));
        Assert.Equal(["insert", "merge", "upsert"], batches[0].Request.Parts);
        Assert.Equal(storage.Name, batches[0].Request.Name);
    }

    [Fact]
    public async Task Blobs_pass_the_proxy_in_one_piece_and_in_blocks()
    {
        await using var storage = await ProxiedStorage.StartAsync(azurite, Cancellation);
        var container = storage.Container();
        await container.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        var content = new byte[20 * 1024 * 1024];
        new Random(7).NextBytes(content);

        await container.GetBlobClient("whole/ö 1").UploadAsync(new BinaryData(content), Cancellation);
        var blocks = container.GetBlockBlobClient("blocks");
        await blocks.StageBlockAsync("MDA=", new MemoryStream(content), cancellationToken: Cancellation);
        await blocks.CommitBlockListAsync(["MDA="], cancellationToken: Cancellation);
        var whole = (await container.GetBlobClient("whole/ö 1").DownloadContentAsync(Cancellation)).Value.Content;
        var joined = (await blocks.DownloadContentAsync(Cancellation)).Value.Content;
        var properties = (await blocks.GetPropertiesAsync(cancellationToken: Cancellation)).Value;
        await blocks.DeleteAsync(cancellationToken: Cancellation);

        Assert.True(whole.ToMemory().Span.SequenceEqual(content));
        Assert.True(joined.ToMemory().Span.SequenceEqual(content));
        Assert.Equal(content.Length, properties.ContentLength);
        Assert.Equal(
            ["create", "put", "put-block", "commit", "delete"],
            storage.Proxy.Writes.Select(write => write.Replace($"blob:{storage.Name} ", "", StringComparison.Ordinal)));
    }
}

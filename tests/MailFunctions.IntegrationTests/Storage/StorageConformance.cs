using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.Storage.Memory;

namespace MailFunctions.IntegrationTests.Storage;

/// <summary>What the app relies on of storage: the same cases for the emulator and for the storage in memory.</summary>
public abstract class StorageConformance
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private protected abstract string ConnectionString { get; }

    private protected virtual void Adjust(ClientOptions options)
    {
    }

    [Fact]
    public async Task An_entity_comes_back_with_the_types_of_its_values()
    {
        var table = await TableAsync();
        var written = new TableEntity("p'q", "r ü") { ["text"] = "é'\"", ["int"] = 5, ["long"] = 5_000_000_000, ["double"] = 5.0, ["bool"] = true, ["time"] = new DateTimeOffset(2026, 12, 1, 8, 0, 0, 123, TimeSpan.Zero), ["bytes"] = new byte[] { 1, 2 }, ["guid"] = Guid.Empty };
        await table.AddEntityAsync(written, Cancellation);

        var read = (await table.GetEntityAsync<TableEntity>("p'q", "r ü", cancellationToken: Cancellation)).Value;

        Assert.Equal(written.Where(pair => pair.Value is not byte[]).OrderBy(pair => pair.Key), read.Where(pair => written.ContainsKey(pair.Key) && pair.Value is not byte[]).OrderBy(pair => pair.Key));
        Assert.Equal([1, 2], read.GetBinary("bytes"));
        Assert.NotEqual(default, read.ETag);
        Assert.NotNull(read.Timestamp);
    }

    [Fact]
    public async Task An_insert_meets_what_stands()
    {
        var table = await TableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r"), Cancellation);

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => table.AddEntityAsync(new TableEntity("p", "r"), Cancellation));

        Assert.Equal((409, "EntityAlreadyExists"), (refused.Status, refused.ErrorCode));
    }

    [Fact]
    public async Task A_write_under_an_old_etag_is_refused_and_one_of_nothing_too()
    {
        var table = await TableAsync();
        var old = (await table.AddEntityAsync(new TableEntity("p", "r") { ["a"] = 1 }, Cancellation)).Headers.ETag!.Value;
        var current = (await table.UpdateEntityAsync(new TableEntity("p", "r") { ["b"] = 2 }, old, TableUpdateMode.Merge, Cancellation)).Headers.ETag!.Value;

        await RefusedAsync(412, () => table.UpdateEntityAsync(new TableEntity("p", "r"), old, TableUpdateMode.Replace, Cancellation));
        await RefusedAsync(412, () => table.DeleteEntityAsync("p", "r", old, Cancellation));
        await RefusedAsync(404, () => table.UpdateEntityAsync(new TableEntity("p", "none"), current, TableUpdateMode.Merge, Cancellation));
        var read = (await table.GetEntityAsync<TableEntity>("p", "r", cancellationToken: Cancellation)).Value;
        Assert.Equal((1, 2, current), (read.GetInt32("a"), read.GetInt32("b"), read.ETag));
    }

    [Fact]
    public async Task An_upsert_merges_or_replaces_whatever_stands()
    {
        var table = await TableAsync();
        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["a"] = 1 }, TableUpdateMode.Merge, Cancellation);
        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["b"] = 2 }, TableUpdateMode.Merge, Cancellation);
        var merged = (await table.GetEntityAsync<TableEntity>("p", "r", cancellationToken: Cancellation)).Value;
        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["c"] = 3 }, TableUpdateMode.Replace, Cancellation);
        var replaced = (await table.GetEntityAsync<TableEntity>("p", "r", ["a", "c"], Cancellation)).Value;

        Assert.Equal((1, 2), (merged.GetInt32("a"), merged.GetInt32("b")));
        Assert.Equal((null, 3), (replaced.GetInt32("a"), replaced.GetInt32("c")));
    }

    [Fact]
    public async Task What_is_missing_is_missing()
    {
        var table = await TableAsync();

        Assert.False((await table.GetEntityIfExistsAsync<TableEntity>("p", "r", cancellationToken: Cancellation)).HasValue);
        Assert.Equal(404, (await table.DeleteEntityAsync("p", "r", ETag.All, Cancellation)).Status);
        await RefusedAsync(404, async () => await Tables().GetTableClient("Never" + Guid.NewGuid().ToString("N")).QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation));
    }

    [Theory]
    [InlineData("PartitionKey eq 'b'", "b1 b2 b3")]
    [InlineData("PartitionKey ge 'a' and PartitionKey lt 'b'", "a1 a2 a3")]
    [InlineData("PartitionKey eq 'a' and RowKey gt '1' and RowKey le '3'", "a2 a3")]
    [InlineData("PartitionKey eq 'a' and RowKey eq '1' or PartitionKey eq 'c' and RowKey eq '3'", "a1 c3")]
    [InlineData("(PartitionKey eq 'a' or PartitionKey eq 'c') and number lt 2", "a1 c1")]
    [InlineData("not (number ne 2)", "a2 b2 c2")]
    [InlineData("big gt 5000000002L", "a3 b3 c3")]
    [InlineData("at ge datetime'2026-12-01T08:03:00Z'", "a3 b3 c3")]
    [InlineData("odd eq true and PartitionKey ne 'b'", "a1 a3 c1 c3")]
    [InlineData("none eq 'a' or text eq 'it''s 2'", "a2 b2 c2")]
    public async Task A_filter_finds_its_entities_in_the_order_of_their_keys(string filter, string found)
    {
        var table = await FilledAsync();

        Assert.Equal(found, string.Join(' ', await table.QueryAsync<TableEntity>(filter, cancellationToken: Cancellation).Select(entity => entity.PartitionKey + entity.RowKey).ToListAsync(Cancellation)));
    }

    [Fact]
    public async Task Pages_follow_one_another_also_from_a_token_that_was_kept()
    {
        var table = await FilledAsync();
        var pages = await table.QueryAsync<TableEntity>(maxPerPage: 4, cancellationToken: Cancellation).AsPages().ToListAsync(Cancellation);

        Assert.Equal([4, 4, 1], pages.Select(page => page.Values.Count));
        var rest = await table.QueryAsync<TableEntity>(maxPerPage: 100, cancellationToken: Cancellation).AsPages(pages[0].ContinuationToken).ToListAsync(Cancellation);
        Assert.Equal("b2 b3 c1 c2 c3", string.Join(' ', rest.SelectMany(page => page.Values).Select(entity => entity.PartitionKey + entity.RowKey)));
    }

    [Fact]
    public async Task A_transaction_is_carried_out_whole_or_not_at_all()
    {
        var table = await TableAsync();
        var etag = (await table.AddEntityAsync(new TableEntity("p", "2") { ["a"] = 1 }, Cancellation)).Headers.ETag!.Value;
        TableTransactionAction[] actions =
        [
            new(TableTransactionActionType.Add, new TableEntity("p", "1")),
            new(TableTransactionActionType.UpdateMerge, new TableEntity("p", "2") { ["b"] = 2 }, etag),
            new(TableTransactionActionType.UpsertReplace, new TableEntity("p", "3")),
        ];

        var answers = (await table.SubmitTransactionAsync(actions, Cancellation)).Value;
        var failed = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(
            [new(TableTransactionActionType.Delete, new TableEntity("p", "3"), ETag.All), actions[1]], Cancellation));

        Assert.All(answers, answer => Assert.NotNull(answer.Headers.ETag));
        Assert.Equal((412, 1), (failed.Status, failed.FailedTransactionActionIndex));
        Assert.Equal(["1", "2", "3"], await table.QueryAsync<TableEntity>(cancellationToken: Cancellation).Select(entity => entity.RowKey).ToListAsync(Cancellation));
        Assert.Equal(answers[1].Headers.ETag, (await table.GetEntityAsync<TableEntity>("p", "2", cancellationToken: Cancellation)).Value.ETag);
    }

    [Fact]
    public async Task A_message_is_hidden_while_it_is_held_and_counts_how_often_it_was()
    {
        var queue = await QueueAsync();
        var put = (await queue.SendMessageAsync("<a> & b", timeToLive: TimeSpan.FromSeconds(-1), cancellationToken: Cancellation)).Value;
        PeekedMessage peeked = await queue.PeekMessageAsync(Cancellation);
        QueueMessage first = await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(1), Cancellation);
        QueueMessage? hidden = await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(1), Cancellation);
        await queue.UpdateMessageAsync(first.MessageId, first.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: Cancellation);
        var second = await TakenAsync(queue);

        Assert.Equal(("<a> & b", 0L), (peeked.MessageText, peeked.DequeueCount));
        Assert.Equal((put.MessageId, 1L), (first.MessageId, first.DequeueCount));
        Assert.Null(hidden);
        Assert.Equal(("<a> & b", 2L), (second.MessageText, second.DequeueCount));
        Assert.Equal(1, (await queue.GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount);
    }

    [Fact]
    public async Task An_old_receipt_changes_nothing()
    {
        var queue = await QueueAsync();
        var put = (await queue.SendMessageAsync("a", Cancellation)).Value;
        QueueMessage taken = await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(1), Cancellation);

        // 404 by Azure's documents, 400 by Azurite.
        Assert.Contains((await Assert.ThrowsAsync<RequestFailedException>(() => queue.DeleteMessageAsync(put.MessageId, put.PopReceipt, Cancellation))).Status, (int[])[400, 404]);
        var renewed = (await queue.UpdateMessageAsync(taken.MessageId, taken.PopReceipt, visibilityTimeout: TimeSpan.FromMinutes(1), cancellationToken: Cancellation)).Value;
        Assert.Contains((await Assert.ThrowsAsync<RequestFailedException>(() => queue.DeleteMessageAsync(taken.MessageId, taken.PopReceipt, Cancellation))).Status, (int[])[400, 404]);
        await queue.DeleteMessageAsync(taken.MessageId, renewed.PopReceipt, Cancellation);
        await RefusedAsync(404, () => queue.DeleteMessageAsync(taken.MessageId, renewed.PopReceipt, Cancellation));
    }

    [Fact]
    public async Task A_hidden_message_shows_when_its_time_has_come()
    {
        var queue = await QueueAsync();
        await queue.SendMessageAsync("a", TimeSpan.FromSeconds(1), cancellationToken: Cancellation);

        Assert.Equal("a", (await TakenAsync(queue)).MessageText);
    }

    [Fact]
    public async Task At_most_32_messages_are_taken_at_once()
    {
        var queue = await QueueAsync();
        for (var i = 0; i < 33; i++)
            await queue.SendMessageAsync("a", Cancellation);

        Assert.Equal(32, (await queue.ReceiveMessagesAsync(32, TimeSpan.FromMinutes(1), Cancellation)).Value.Length);
        await RefusedAsync(400, () => queue.ReceiveMessagesAsync(33, TimeSpan.FromMinutes(1), Cancellation));
    }

    [Fact]
    public async Task A_queue_that_is_missing_is_missing() =>
        Assert.Equal("QueueNotFound", (await Assert.ThrowsAsync<RequestFailedException>(() => Queues().GetQueueClient(AzuriteFixture.UniqueName("q")).SendMessageAsync("a", Cancellation))).ErrorCode);

    [Fact]
    public async Task A_blob_is_written_read_touched_listed_and_deleted()
    {
        var container = await ContainerAsync();
        var blob = container.GetBlobClient("a/0");
        var written = (await blob.UploadAsync(new BinaryData("one"), overwrite: false, Cancellation)).Value;
        await container.GetBlobClient("b/0").UploadAsync(new BinaryData("other"), overwrite: true, Cancellation);

        var taken = await Assert.ThrowsAsync<RequestFailedException>(() => blob.UploadAsync(new BinaryData("two"), overwrite: false, Cancellation));
        BlobDownloadResult read = await blob.DownloadContentAsync(Cancellation);
        var touched = (await blob.SetMetadataAsync(new Dictionary<string, string>(), cancellationToken: Cancellation)).Value;
        var names = await container.GetBlobsAsync(BlobTraits.None, BlobStates.None, "a/", Cancellation).Select(one => one.Name).ToListAsync(Cancellation);
        await RefusedAsync(412, () => blob.DownloadStreamingAsync(new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = written.ETag } }, Cancellation));

        Assert.Equal((409, "BlobAlreadyExists"), (taken.Status, taken.ErrorCode));
        Assert.Equal("one", read.Content.ToString());
        Assert.NotEqual(written.ETag, touched.ETag);
        Assert.Equal(["a/0"], names);
        Assert.True(await container.DeleteBlobIfExistsAsync("a/0", cancellationToken: Cancellation));
        Assert.False(await container.DeleteBlobIfExistsAsync("a/0", cancellationToken: Cancellation));
        Assert.Equal("BlobNotFound", (await Assert.ThrowsAsync<RequestFailedException>(() => blob.DownloadContentAsync(Cancellation))).ErrorCode);
    }

    [Fact]
    public async Task Creating_what_exists_is_no_error()
    {
        var table = await TableAsync();
        var queue = await QueueAsync();
        var container = await ContainerAsync();

        await table.CreateIfNotExistsAsync(Cancellation);
        await queue.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await container.CreateIfNotExistsAsync(cancellationToken: Cancellation);
    }

    private protected static async Task RefusedAsync(int status, Func<Task> request) =>
        Assert.Equal(status, (await Assert.ThrowsAnyAsync<RequestFailedException>(request)).Status);

    private protected async Task<TableClient> TableAsync()
    {
        var table = Tables().GetTableClient("T" + Guid.NewGuid().ToString("N"));
        await table.CreateAsync(Cancellation);
        return table;
    }

    private protected async Task<QueueClient> QueueAsync()
    {
        var queue = Queues().GetQueueClient(AzuriteFixture.UniqueName("q"));
        await queue.CreateAsync(cancellationToken: Cancellation);
        return queue;
    }

    private async Task<BlobContainerClient> ContainerAsync()
    {
        var container = Blobs().GetBlobContainerClient(AzuriteFixture.UniqueName("c"));
        await container.CreateAsync(cancellationToken: Cancellation);
        return container;
    }

    private async Task<TableClient> FilledAsync()
    {
        var table = await TableAsync();
        foreach (var partition in (string[])["c", "a", "b"])
        {
            foreach (var number in (int[])[2, 1, 3])
            {
                await table.AddEntityAsync(
                    new TableEntity(partition, number.ToString(System.Globalization.CultureInfo.InvariantCulture))
                    {
                        ["number"] = number,
                        ["big"] = 5_000_000_000 + number,
                        ["odd"] = number % 2 == 1,
                        ["text"] = $"it's {number}",
                        ["at"] = new DateTimeOffset(2026, 12, 1, 8, number, 0, TimeSpan.Zero),
                    },
                    Cancellation);
            }
        }

        return table;
    }

    [Fact]
    public async Task A_blob_that_is_missing_is_missing_to_every_call()
    {
        var container = Blobs().GetBlobContainerClient("never" + Guid.NewGuid().ToString("N"));
        await RefusedAsync(404, () => container.GetBlobClient("a").GetPropertiesAsync(cancellationToken: Cancellation));
        await container.CreateIfNotExistsAsync(cancellationToken: Cancellation);

        Assert.False(await container.GetBlobClient("a").ExistsAsync(Cancellation));
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => container.GetBlobClient("a").GetPropertiesAsync(cancellationToken: Cancellation));
        await RefusedAsync(404, () => container.GetBlobClient("a").DownloadContentAsync(Cancellation));

        Assert.Equal((404, "BlobNotFound"), (refused.Status, refused.ErrorCode));
    }

    /// <summary>Takes the one message of a queue, when it shows.</summary>
    private static Task<QueueMessage> TakenAsync(QueueClient queue) => Eventually.FoundAsync<QueueMessage>(
        async () => await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(1), Cancellation), "a message on the queue");

    private BlobServiceClient Blobs() => new(ConnectionString, Adjusted(new BlobClientOptions()));

    private TableServiceClient Tables() => new(ConnectionString, Adjusted(new TableClientOptions()));

    private QueueServiceClient Queues() => new(ConnectionString, Adjusted(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None }));

    private T Adjusted<T>(T options)
        where T : ClientOptions
    {
        Adjust(options);
        return options;
    }
}

/// <summary>The emulator.</summary>
public sealed class AzuriteConformanceTests(AzuriteFixture azurite) : StorageConformance
{
    private protected override string ConnectionString => azurite.ConnectionString;
}

/// <summary>The storage in memory.</summary>
public sealed class MemoryConformanceTests : StorageConformance
{
    private readonly MemoryTransport _transport = new(new MemoryStorage(TimeProvider.System));

    private protected override string ConnectionString => MemoryStorage.ConnectionString;

    private protected override void Adjust(ClientOptions options) => options.Transport = _transport;
}

/// <summary>The storage in memory over HTTP, of which most tests take their accounts.</summary>
public sealed class MemoryServerConformanceTests(AzuriteFixture azurite) : StorageConformance
{
    private protected override string ConnectionString { get; } = azurite.TakeAccount();
}

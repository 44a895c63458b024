using System.Text.Json;
using Azure.Data.Tables;
using MailFunctions.Api.Held;
using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Maintenance.Retention;

/// <summary>What becomes of mail, and of all that belongs to it, when its time is over, and not before.</summary>
public sealed class MailPurgeTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Content_goes_a_week_after_the_end_and_the_rest_after_a_month()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var id = await scene.SendAsync(RetentionScene.WithFile());
        Assert.Single(await scene.BlobsAsync());

        await scene.RunAfterAsync(TimeSpan.FromDays(6.9));
        Assert.NotNull((await scene.Pipeline.Ledger.ReadManyAsync([id], Cancellation))[id].Content);
        Assert.Single(await scene.BlobsAsync());

        await scene.RunAfterAsync(TimeSpan.FromDays(0.6));
        var bare = (await scene.Pipeline.Ledger.ReadManyAsync([id], Cancellation))[id];
        Assert.Empty(await scene.BlobsAsync());
        Assert.Null(bare.Content);
        var told = await scene.Pipeline.ReadAsync(id, Cancellation);
        Assert.Equal("sent", told.GetProperty("status").GetString());
        Assert.Equal(bare.ContentPurgedAt, told.GetProperty("content_purged_at").GetDateTimeOffset());
        Assert.Equal("ada@example.com", told.GetProperty("recipients")[0].GetProperty("address").GetString());
        Assert.Equal(1, told.GetProperty("attempts").GetArrayLength());

        await scene.RunAfterAsync(TimeSpan.FromDays(22));
        Assert.NotNull(await scene.FindAsync(id));

        await scene.RunAfterAsync(TimeSpan.FromDays(1));
        Assert.Null(await scene.FindAsync(id));
        Assert.Empty(await scene.RowsAsync(StorageNames.EventsTable));
        Assert.DoesNotContain(await scene.RowsAsync(StorageNames.ProgressTable), key => key.StartsWith("retention/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mail_scheduled_a_year_ahead_keeps_its_content_until_a_week_after_its_end()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var sendAt = scene.Clock.GetUtcNow().AddDays(364);
        var id = await scene.Pipeline.SubmitAsync(RetentionScene.WithFile(more: $$""","scheduled_at":"{{sendAt:O}}" """), Cancellation);
        var blob = scene.Pipeline.Storage.Container(StorageNames.ContentContainer).GetBlobClient($"{id}/0");
        var written = (await blob.GetPropertiesAsync(cancellationToken: Cancellation)).Value.ETag;

        for (var week = 0; week < 51; week++)
            await scene.RunAfterAsync(TimeSpan.FromDays(7));
        Assert.Equal(EmailState.Scheduled, (await scene.FindAsync(id))!.State);
        // The storage account's own rule, for blobs that nobody has written for 400 days, starts anew.
        Assert.NotEqual(written, (await blob.GetPropertiesAsync(cancellationToken: Cancellation)).Value.ETag);

        scene.Clock.MoveTo(sendAt.AddMinutes(1));
        await scene.DispatchAsync();
        Assert.Equal(EmailState.Sent, (await scene.FindAsync(id))!.State);
        Assert.Single(scene.Relay.Mails);

        await scene.RunAfterAsync(TimeSpan.FromDays(6.9));
        Assert.Single(await scene.BlobsAsync());
        await scene.RunAfterAsync(TimeSpan.FromDays(0.6));
        Assert.Empty(await scene.BlobsAsync());
        await scene.RunAfterAsync(TimeSpan.FromDays(24));
        Assert.Null(await scene.FindAsync(id));
    }

    [Fact]
    public async Task Mail_that_is_not_over_is_never_purged()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        scene.Relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Close.Stored() : null;
        var uncertain = await scene.Pipeline.SubmitAsync(RetentionScene.WithFile(lane: "bulk"), Cancellation);
        await scene.Pipeline.DeliverUntilAsync(uncertain, Cancellation, EmailState.Uncertain);
        scene.Relay.Script = exchange => exchange.Verb == "RCPT" ? SmtpAction.Reply("451 4.7.1 Try again later") : null;
        var deferred = await scene.Pipeline.SubmitAsync(RetentionScene.WithFile(), Cancellation);
        await scene.Pipeline.DeliverUntilAsync(deferred, Cancellation, EmailState.Deferred);
        var dead = await scene.Pipeline.SubmitAsync(RetentionScene.WithFile(), Cancellation);
        for (var fault = 0; fault < ProcessingFailures.UntilDead; fault++)
            await scene.Pipeline.Get<ProcessingFailures>().CountAsync(dead, $"source {fault}", "broken", Cancellation);
        var queued = await scene.Pipeline.SubmitAsync(RetentionScene.WithFile(), Cancellation);

        for (var month = 0; month < 30; month++)
            await scene.RunAfterAsync(TimeSpan.FromDays(31));

        foreach (var (id, state) in ((EmailId, EmailState)[])[(uncertain, EmailState.Uncertain), (deferred, EmailState.Deferred), (dead, EmailState.Dead), (queued, EmailState.Queued)])
            Assert.Equal(state, (await scene.FindAsync(id))!.State);
        Assert.Equal(4, (await scene.BlobsAsync()).Count);
        Assert.Equal(2, (await scene.RowsAsync(StorageNames.HeldTable)).Count);

        // Decided after years, it is kept for as long as other mail.
        scene.Relay.Script = _ => null;
        Assert.Equal(200, (await scene.Pipeline.AnswerAsync(_ => scene.Pipeline.Get<HeldMailActions>().RequeueAsync(dead.ToString(), Caller.Operator, Cancellation), Cancellation)).Status);
        await scene.Pipeline.DeliverUntilAsync(dead, Cancellation, EmailState.Sent);
        await scene.RunAfterAsync(TimeSpan.FromDays(6.9));
        Assert.Contains($"{dead}/0", await scene.BlobsAsync());
        await scene.RunAfterAsync(RetentionScene.LedgerIsOver);
        Assert.Null(await scene.FindAsync(dead));
        Assert.DoesNotContain(await scene.RowsAsync(StorageNames.EventsTable), key => key.Contains(dead.ToString(), StringComparison.Ordinal));
        Assert.Single(await scene.RowsAsync(StorageNames.HeldTable));
    }

    [Fact]
    public async Task Shared_content_is_purged_with_the_last_mail_that_uses_it()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var later = scene.Clock.GetUtcNow().AddDays(20);
        var batch = (await scene.Pipeline.SubmitBatchAsync(
            $$"""
            {"defaults":{"from":"shop@example.org","subject":"June","text":{{JsonSerializer.Serialize(new string('x', 5000))}}},
             "emails":[{"to":"one@example.com"},{"to":"two@example.com","scheduled_at":"{{later:O}}"}]}
            """, Cancellation)).Require(202);
        var (first, second) = (batch.Emails[0], batch.Emails[1]);
        await scene.Pipeline.DeliverUntilAsync(first, Cancellation, EmailState.Sent);
        var shared = Assert.Single(await scene.BlobsAsync());

        await scene.RunAfterAsync(RetentionScene.ContentIsOver);
        Assert.NotNull((await scene.FindAsync(first))!.ContentPurgedAt);
        Assert.Equal([shared], await scene.BlobsAsync());

        scene.Clock.MoveTo(later.AddMinutes(1));
        await scene.DispatchAsync();
        Assert.Equal(EmailState.Sent, (await scene.FindAsync(second))!.State);
        await scene.RunAfterAsync(RetentionScene.ContentIsOver);
        Assert.Empty(await scene.BlobsAsync());

        await scene.RunAfterAsync(TimeSpan.FromDays(4));
        Assert.Null(await scene.FindAsync(first));
        Assert.Equal([second], (await scene.Pipeline.ReadBatchAsync(batch.Id, Cancellation)).Require(200).Emails);
        await scene.RunAfterAsync(RetentionScene.LedgerIsOver);
        Assert.Null(await scene.FindAsync(second));
        Assert.Empty(await scene.RowsAsync(StorageNames.BatchesTable));
    }

    [Fact]
    public async Task A_batch_of_several_partitions_goes_with_the_last_of_its_mails()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var emails = Enumerable.Range(0, 450).Select(i => $$"""{"from":"shop@example.org","to":["r{{i}}@example.com"],"subject":"June","text":"Hello"}""");
        var batch = (await scene.Pipeline.SubmitBatchAsync($"[{string.Join(',', emails)}]", Cancellation)).Require(202);
        Assert.Equal(5, batch.Emails.Select(id => id.PartitionKey).Distinct().Count());
        await scene.DispatchAsync();

        await scene.RunAfterAsync(RetentionScene.LedgerIsOver);

        Assert.Empty(await scene.RowsAsync(StorageNames.EmailsTable));
        Assert.Empty(await scene.RowsAsync(StorageNames.BatchesTable));
    }

    [Fact]
    public async Task A_timer_that_was_off_for_months_catches_up_from_the_first_mail_there_is()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var old = EmailId.Mint(scene.Clock.GetUtcNow().AddDays(-100));
        await QueuedMails.InsertAsync(scene.Pipeline, Lane.Bulk, old, Cancellation, (_, row) => row with { State = EmailState.Sent, EndedAt = row.AcceptedAt });
        var fresh = await scene.SendAsync(TestApp.Mail());

        await scene.RunAsync();

        Assert.Null(await scene.FindAsync(old[0]));
        Assert.Null((await scene.FindAsync(fresh))!.ContentPurgedAt);
    }

    [Fact]
    public async Task A_row_that_this_version_cannot_read_stays_and_what_it_may_share_stays_too()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var batch = (await scene.Pipeline.SubmitBatchAsync(
            $$"""{"defaults":{"from":"shop@example.org","subject":"June","text":{{JsonSerializer.Serialize(new string('x', 5000))}}},"emails":[{"to":"one@example.com"},{"to":"two@example.com"}]}""", Cancellation)).Require(202);
        foreach (var id in batch.Emails)
            await scene.Pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        var newer = batch.Emails[1];
        var table = scene.Pipeline.Storage.Table(StorageNames.EmailsTable);
        await table.UpdateEntityAsync(new TableEntity(newer.PartitionKey, newer.RowKey) { ["v"] = 99 }, Azure.ETag.All, TableUpdateMode.Merge, Cancellation);

        await scene.RunAfterAsync(RetentionScene.LedgerIsOver);
        await scene.RunAfterAsync(RetentionScene.LedgerIsOver);

        Assert.Equal([$"{newer.PartitionKey}/{newer}"], await scene.RowsAsync(StorageNames.EmailsTable));
        Assert.Single(await scene.BlobsAsync());
        Assert.Contains(await scene.RowsAsync(StorageNames.ProgressTable), key => key.StartsWith("retention/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_queue_message_that_outlives_its_mail_is_dropped_and_leaves_no_row()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var id = await scene.SendAsync(TestApp.Mail());
        await scene.RunAfterAsync(RetentionScene.LedgerIsOver);
        Assert.Null(await scene.FindAsync(id));

        await scene.Pipeline.Get<LaneQueues>().PutAsync(Lane.Transactional, [new NamedAttempt(id, 1)], TimeSpan.Zero, Cancellation);
        Assert.True(await scene.Pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        Assert.Empty(await scene.RowsAsync(StorageNames.EmailsTable));
        Assert.Equal(0, await scene.Pipeline.CountMessagesAsync(StorageNames.TransactionalQueue, Cancellation));
    }

    [Fact]
    public async Task A_closed_key_is_purged_together_with_its_leftover_blobs()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var id = EmailId.Mint(scene.Clock.GetUtcNow())[0];
        await scene.Pipeline.Get<ContentBlobs>().UploadAsync($"{id}/0", new byte[10], Cancellation);
        Assert.True(await scene.Pipeline.Ledger.TryInsertVoidAsync(id, Lane.Bulk, scene.Clock.GetUtcNow(), Cancellation));

        await scene.RunAfterAsync(RetentionScene.ContentIsOver);
        await scene.RunAfterAsync(RetentionScene.LedgerIsOver);

        Assert.Empty(await scene.RowsAsync(StorageNames.EmailsTable));
        Assert.Empty(await scene.BlobsAsync());
    }

    [Fact]
    public async Task Concurrent_purges_have_the_same_result_as_one()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        for (var i = 0; i < 20; i++)
            await scene.SendAsync(RetentionScene.WithFile($"r{i}@example.com"));

        scene.Clock.Advance(RetentionScene.ContentIsOver);
        await Task.WhenAll(scene.RunAsync(), scene.RunAsync());
        Assert.Empty(await scene.BlobsAsync());

        scene.Clock.Advance(RetentionScene.LedgerIsOver);
        await Task.WhenAll(scene.RunAsync(), scene.RunAsync());
        await scene.RunAfterAsync(TimeSpan.FromDays(1));
        Assert.Empty(await scene.RowsAsync(StorageNames.EmailsTable));
        Assert.Empty(await scene.RowsAsync(StorageNames.EventsTable));
        Assert.DoesNotContain(await scene.RowsAsync(StorageNames.ProgressTable), key => key.StartsWith("retention/", StringComparison.Ordinal));
    }
}

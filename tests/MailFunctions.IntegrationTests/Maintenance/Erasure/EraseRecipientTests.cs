using System.Text;
using System.Text.Json;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Api.Suppressions;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Maintenance.Retention;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Erasure;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Maintenance.Erasure;

/// <summary>What is kept of one recipient, and what is left after it was erased.</summary>
public sealed class EraseRecipientTests(AzuriteFixture azurite)
{
    private const string Address = "ada@example.com";

    private static readonly TimeSpan UntilCommitted = TimeSpan.FromMinutes(35);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_erased_address_is_in_no_stored_row_or_blob_and_statistics_are_unchanged()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        scene.Relay.Script = exchange => exchange is { Verb: "RCPT", LocalPart: "Ada" } ? SmtpAction.Reply("550 5.1.1 <Ada@example.com> no such user") : null;
        var alone = await scene.SendAsync(RetentionScene.WithFile("Ada@example.com"));
        var shared = await scene.SendAsync(TestApp.Mail("Ada@example.com,bob@example.net"));
        var other = await scene.SendAsync(RetentionScene.WithFile("bob@example.net"));
        await scene.Pipeline.Get<StatisticsCompiler>().CompileAsync(Cancellation);
        var before = await FiguresAsync(scene);
        scene.Clock.Advance(UntilCommitted);

        var answer = await EraseAsync(scene, """{"address":"ADA@Example.com","dry_run":false}""");

        Assert.Equal((2, 2, 0), (answer.Matched, answer.Erased, answer.Open));
        Assert.Equal((true, null, false), (answer.Complete, answer.After, answer.DryRun));
        Assert.DoesNotContain("ada@", (await EverythingAsync(scene)).ToLowerInvariant(), StringComparison.Ordinal);
        Assert.Equal([$"{other}/0"], await scene.BlobsAsync());
        var told = await scene.Pipeline.ReadAsync(shared, Cancellation);
        Assert.Equal(["(erased)@example.com", "bob@example.net"], told.GetProperty("recipients").EnumerateArray().Select(recipient => recipient.GetProperty("address").GetString()));
        Assert.Equal(("partial", 550), (told.GetProperty("status").GetString(), told.GetProperty("recipients")[0].GetProperty("reply").GetProperty("code").GetInt32()));
        Assert.Equal(EmailState.Failed, (await scene.FindAsync(alone))!.State);
        await scene.Pipeline.Get<DirtyMinutes>().MarkIfOldAsync(MinutePartition.MinuteOf(shared.MintedAt), Cancellation);
        await scene.Pipeline.Get<StatisticsCompiler>().CompileAsync(Cancellation);
        Assert.Equal(before, await FiguresAsync(scene));

        // Once more, there is nothing to be done; and what is left goes with its time.
        Assert.Equal(0, (await EraseAsync(scene, """{"address":"ada@example.com","dry_run":false}""")).Matched);
        scene.Clock.Advance(RetentionScene.LedgerIsOver);
        await scene.SettleStatisticsAsync();
        await scene.RunAsync();
        Assert.Empty(await scene.RowsAsync(StorageNames.EmailsTable));
        Assert.Empty(await scene.RowsAsync(StorageNames.EventsTable));
    }

    [Fact]
    public async Task Unreadable_rows_are_counted_and_do_not_stop_the_erasure_of_other_mail()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var (newerRow, newerEvent, known) = (await scene.SendAsync(RetentionScene.WithFile()), await scene.SendAsync(RetentionScene.WithFile()), await scene.SendAsync(RetentionScene.WithFile()));
        await MakeNewerAsync(scene, StorageNames.EmailsTable, newerRow.PartitionKey, newerRow.RowKey);
        var attempt = (await scene.FindAsync(newerEvent))!.EventOfAttempt(1);
        await MakeNewerAsync(scene, StorageNames.EventsTable, attempt.PartitionKey, attempt.RowKey);
        scene.Clock.Advance(UntilCommitted);

        var answer = await EraseAsync(scene, """{"address":"ada@example.com","dry_run":false}""");

        Assert.Equal((2, 1, 0, 2, true), (answer.Matched, answer.Erased, answer.Open, answer.Unreadable, answer.Complete));
        Assert.Equal("(erased)@example.com", (await scene.FindAsync(known))!.Recipients[0].Mailbox);
        Assert.Equal(Address, (await scene.FindAsync(newerEvent))!.Recipients[0].Mailbox);
    }

    [Fact]
    public async Task The_only_mail_there_is_is_found_as_soon_as_it_is_old_enough()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var accepted = MinutePartition.MinuteOf(scene.Clock.GetUtcNow()).AddSeconds(5);
        var id = EmailId.Mint(accepted)[0];
        Assert.True(await scene.Pipeline.Ledger.TryInsertAsync(QueuedMails.Row(id, Lane.Bulk) with { State = EmailState.Sent, EndedAt = accepted }, Cancellation));
        // Ten minutes later, within the same minute of the clock.
        scene.Clock.MoveTo(accepted.AddMinutes(10).AddSeconds(10));

        Assert.Equal(1, (await EraseAsync(scene, """{"address":"ada@example.com","dry_run":false}""")).Erased);
    }

    [Fact]
    public async Task An_erasure_is_a_dry_run_by_default_and_changes_nothing()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var id = await scene.SendAsync(RetentionScene.WithFile(Address));
        await scene.Pipeline.SubmitAsync(TestApp.Mail(Address), Cancellation);
        scene.Clock.Advance(UntilCommitted);

        var answer = await EraseAsync(scene, """{"address":"ada@example.com","cancel_open":true,"delete_suppression":true}""");

        Assert.Equal((true, 2, 0, 1), (answer.DryRun, answer.Matched, answer.Erased, answer.Open));
        Assert.Equal(Address, (await scene.FindAsync(id))!.Recipients[0].Mailbox);
        Assert.Single(await scene.BlobsAsync());
    }

    [Fact]
    public async Task Open_mail_is_erased_only_with_cancel_open_and_without_other_recipients()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        scene.Relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Close.Stored() : null;
        var held = await scene.Pipeline.SubmitAsync(TestApp.Mail(Address, "bulk"), Cancellation);
        await scene.Pipeline.DeliverUntilAsync(held, Cancellation, EmailState.Uncertain);
        var queued = await scene.Pipeline.SubmitAsync(TestApp.Mail(Address), Cancellation);
        var shared = await scene.Pipeline.SubmitAsync(TestApp.Mail($"{Address},bob@example.net"), Cancellation);
        scene.Clock.Advance(UntilCommitted);

        var careful = await EraseAsync(scene, """{"address":"ada@example.com","dry_run":false}""");
        Assert.Equal((3, 0, 3), (careful.Matched, careful.Erased, careful.Open));
        Assert.Equal(EmailState.Queued, (await scene.FindAsync(queued))!.State);

        var told = await EraseAsync(scene, """{"address":"ada@example.com","dry_run":false,"cancel_open":true}""");
        Assert.Equal((3, 1, 2), (told.Matched, told.Erased, told.Open));
        Assert.Equal((EmailState.Canceled, "(erased)@example.com"), ((await scene.FindAsync(queued))!.State, (await scene.FindAsync(queued))!.Recipients[0].Mailbox));
        Assert.Equal((EmailState.Uncertain, Address), ((await scene.FindAsync(held))!.State, (await scene.FindAsync(held))!.Recipients[0].Mailbox));
        Assert.Equal((EmailState.Queued, Address), ((await scene.FindAsync(shared))!.State, (await scene.FindAsync(shared))!.Recipients[0].Mailbox));
    }

    [Fact]
    public async Task Shared_batch_content_is_kept_until_every_mail_that_uses_it_is_erased()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var batch = (await scene.Pipeline.SubmitBatchAsync(
            $$"""{"defaults":{"from":"shop@example.org","subject":"June","text":{{JsonSerializer.Serialize(new string('x', 5000))}}},"emails":[{"to":"{{Address}}"},{"to":"bob@example.net"}]}""", Cancellation)).Require(202);
        await scene.Pipeline.DeliverUntilAsync(batch.Emails[1], Cancellation, EmailState.Sent);
        var blob = Assert.Single(await scene.BlobsAsync());
        scene.Clock.Advance(UntilCommitted);

        Assert.Equal(1, (await EraseAsync(scene, """{"address":"ada@example.com","dry_run":false}""")).Erased);
        Assert.Equal([blob], await scene.BlobsAsync());

        Assert.Equal(1, (await EraseAsync(scene, """{"address":"bob@example.net","dry_run":false}""")).Erased);
        Assert.Empty(await scene.BlobsAsync());
    }

    [Fact]
    public async Task A_long_search_goes_on_where_the_call_before_stopped_and_misses_none()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var now = scene.Clock.GetUtcNow();
        var mails = new List<LedgerRow>();
        foreach (var minutes in (int[])[20, 400_000])
        {
            mails.AddRange(EmailId.Mint(now.AddMinutes(-minutes), 2500).Select((id, i) => QueuedMails.Row(id, Lane.Bulk) with
            {
                State = EmailState.Sent,
                EndedAt = id.MintedAt,
                Recipients = [new Recipient(i % 1000 == 7 ? Address : "bob@example.net", RecipientKind.To, RecipientStatus.Sent, 1, null)],
            }));
        }

        Assert.All(await scene.Pipeline.Ledger.TryInsertManyAsync(mails, Cancellation), Assert.NotNull);

        var (calls, erased, after) = (0, 0, (string?)null);
        do
        {
            var answer = await EraseAsync(scene, JsonSerializer.Serialize(new { address = Address, dry_run = false, after }));
            Assert.Equal(answer.After is null, answer.Complete);
            (calls, erased, after) = (calls + 1, erased + answer.Erased, answer.After);
        }
        while (after is not null);

        Assert.True(calls > 1, "It was one call.");
        Assert.Equal(6, erased);
        Assert.DoesNotContain(Address, await EverythingAsync(scene), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_suppression_of_the_address_stays_unless_its_deletion_is_requested()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        await scene.Pipeline.SuppressAsync(Address);
        await scene.Pipeline.SuppressAsync(Address, """{"reason":"unsubscribe","topic":"news"}""");
        await scene.Pipeline.SuppressAsync("bob@example.com", """{"reason":"unsubscribe","topic":"news"}""");

        Assert.True((await EraseAsync(scene, """{"address":"ada@example.com","dry_run":false}""")).Suppressed);
        Assert.False((await EraseAsync(scene, """{"address":"ada@example.com","dry_run":false,"delete_suppression":true}""")).Suppressed);
        Assert.Equal(404, await scene.Pipeline.AllowAsync(Address));
        Assert.Equal(404, await scene.Pipeline.AllowAsync(Address, "?topic=news"));
        Assert.Equal(204, await scene.Pipeline.AllowAsync("bob@example.com", "?topic=news"));
    }

    [Fact]
    public async Task Invalid_erasure_requests_are_refused_with_all_errors_and_no_address_is_logged()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        await EraseAsync(scene, """{"address":"ada@example.com","dry_run":false}""");

        var (status, body) = await CallAsync(scene, """{"address":"nobody","dry_run":"no","cancel_open":1,"after":"x","addres":"ada@example.com"}""");

        Assert.Equal(422, status);
        Assert.Equal(
            ["/addres", "/address", "/after", "/cancel_open", "/dry_run"],
            body.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(scene.Pipeline.Logs.All, line => line.Text.Contains("ada@", StringComparison.OrdinalIgnoreCase));
    }

    private static Task MakeNewerAsync(RetentionScene scene, string table, string partition, string row) => scene.Pipeline.Storage.Table(table)
        .UpdateEntityAsync(new Azure.Data.Tables.TableEntity(partition, row) { ["v"] = 99 }, Azure.ETag.All, cancellationToken: Cancellation);

    private static async Task<ErasureAnswer> EraseAsync(RetentionScene scene, string json)
    {
        var (status, body) = await CallAsync(scene, json);
        Assert.True(status == 200, $"{status}: {body}");
        return body.Deserialize(ContractsJson.Default.ErasureAnswer)!;
    }

    private static async Task<(int Status, JsonElement Body)> CallAsync(RetentionScene scene, string json)
    {
        var (status, body, _) = await scene.Pipeline.AnswerAsync(
            context => scene.Pipeline.Get<RecipientEraser>().EraseAsync(context.Request, Caller.Operator, Cancellation), Cancellation, Encoding.UTF8.GetBytes(json));
        return (status, body.RootElement);
    }

    /// <summary>All text that stands in the tables, and in the blobs.</summary>
    private static async Task<string> EverythingAsync(RetentionScene scene)
    {
        var text = new StringBuilder();
        foreach (var table in StorageNames.Tables)
        {
            await foreach (var row in scene.Pipeline.Storage.Table(table).QueryAsync<Azure.Data.Tables.TableEntity>(cancellationToken: Cancellation))
            {
                foreach (var (_, value) in row)
                    text.AppendLine(value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : $"{value}");
            }
        }

        return text.ToString();
    }

    private static async Task<string> FiguresAsync(RetentionScene scene)
    {
        var (figures, now) = (new StringBuilder(), TimeProvider.System.GetUtcNow());
        foreach (var dimension in Enum.GetValues<Dimension>())
        {
            var (from, to) = (Bucket.Of(Granularity.Day, now.AddDays(-1)), Bucket.Of(Granularity.Day, now.AddDays(2)));
            await foreach (var (bucket, row) in scene.Pipeline.Get<StatisticsTable>().ReadAsync(from, to, dimension, Cancellation))
                figures.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{bucket.PartitionKey} {dimension} {row.Value} {row.Measures}");
        }

        return figures.ToString();
    }
}

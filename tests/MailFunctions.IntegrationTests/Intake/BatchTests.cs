using System.Text.Json;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Intake;

/// <summary>Many emails in one call.</summary>
public sealed class BatchTests(AzuriteFixture azurite)
{
    private const long MiB = 1024 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_emails_with_one_shared_attachment_store_it_once_and_travel_as_chunks()
    {
        await using var relay = new ScriptedSmtpServer();
        // A hundred mails of 1.4 MB take a busy machine longer than the tests' usual lease.
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).With(TestSettings.Lease, "00:02:00").StartAsync();
        var attachment = new byte[MiB];
        new Random(7).NextBytes(attachment);
        var body = $$"""
            {
              "defaults": {"from":"shop@example.org","subject":"June","text":"Hello","lane":"bulk","attachments":[{"filename":"a.bin","content":"{{Convert.ToBase64String(attachment)}}"}]},
              "emails": [{{string.Join(',', Enumerable.Range(0, 1000).Select(i => $$"""{"to":["r{{i}}@example.com"]}"""))}}]
            }
            """;

        var accepted = (await pipeline.SubmitBatchAsync(body, Cancellation)).Require(202);

        Assert.Equal(1000, accepted.Emails.Distinct().Count());
        // What shares content stays in one partition: it is there that the purge asks who still needs it.
        Assert.Single(accepted.Emails.Select(id => id.PartitionKey).Distinct());
        Assert.Equal($"/api/batches/{accepted.Id}", accepted.Headers.Location);
        var blobs = await pipeline.Storage.Container(StorageNames.ContentContainer).GetBlobsAsync(cancellationToken: Cancellation).ToListAsync(Cancellation);
        Assert.Equal(MiB, Assert.Single(blobs).Properties.ContentLength);
        Assert.Equal(10, await pipeline.CountMessagesAsync(StorageNames.BulkQueue, Cancellation));

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));
        var counts = (await pipeline.ReadBatchAsync(accepted.Id, Cancellation)).Require(200).Body.GetProperty("counts");
        Assert.Equal((100, 900), (counts.GetProperty("sent").GetInt32(), counts.GetProperty("queued").GetInt32()));
        Assert.Equal(100, relay.Mails.Count);
        var part = MimeKit.MimeMessage.Load(new MemoryStream(relay.Mails.First().Content.ToArray()), Cancellation).Attachments.OfType<MimeKit.MimePart>().Single();
        using var decoded = new MemoryStream();
        await part.Content!.DecodeToAsync(decoded, Cancellation);
        Assert.Equal(attachment, decoded.ToArray());
    }

    [Fact]
    public async Task Emails_that_share_nothing_are_spread_a_hundred_to_a_partition()
    {
        await using var pipeline = await StartAsync();

        var accepted = (await pipeline.SubmitBatchAsync($"[{string.Join(',', Enumerable.Range(0, 250).Select(Email))}]", Cancellation)).Require(202);

        Assert.Equal([100, 100, 50], accepted.Emails.GroupBy(id => id.PartitionKey).Select(partition => partition.Count()));
        Assert.Equal(3, await pipeline.CountMessagesAsync(StorageNames.TransactionalQueue, Cancellation));
        Assert.Equal(250, (await pipeline.ReadBatchAsync(accepted.Id, Cancellation)).Require(200).Body.GetProperty("counts").GetProperty("queued").GetInt32());
    }

    [Fact]
    public async Task An_email_takes_from_the_defaults_what_it_leaves_out_and_keeps_what_it_has()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();

        var accepted = (await pipeline.SubmitBatchAsync(
            """
            {
              "defaults": {"from":"shop@example.org","subject":"For all","text":"Hello","tags":[{"name":"kind","value":"news"}]},
              "emails": [{"to":"a@example.com"},{"to":"b@example.com","subject":"For Bob","lane":"bulk","tags":null}]
            }
            """,
            Cancellation)).Require(202);

        var rows = await pipeline.Ledger.ReadManyAsync(accepted.Emails, Cancellation);
        var (first, second) = (rows[accepted.Emails[0]], rows[accepted.Emails[1]]);
        Assert.Equal(("For all", Lane.Transactional), (first.Subject, first.Lane));
        Assert.Equal(("For Bob", Lane.Bulk), (second.Subject, second.Lane));
        Assert.Equal([new Tag("kind", "news")], first.Tags);
        Assert.Equal(EmailId.Parse(accepted.Id), first.Batch);
        await pipeline.DeliverUntilAsync(accepted.Emails[0], Cancellation, EmailState.Sent);
        await pipeline.DeliverUntilAsync(accepted.Emails[1], Cancellation, EmailState.Sent);
    }

    [Fact]
    public async Task Strict_refuses_all_and_says_everything_that_is_wrong_with_its_index()
    {
        await using var pipeline = await StartAsync();

        var refused = (await pipeline.SubmitBatchAsync($$"""[{{Email(0)}},{"to":"nobody","from":"a@example.org","subject":"x","text":"x"},{"to":"b@example.com"}]""", Cancellation)).Require(422);

        var errors = refused.Body.GetProperty("errors").EnumerateArray().ToList();
        Assert.Contains(errors, error => Index(error) == 1 && Pointer(error) == "/1/to");
        Assert.Contains(errors, error => Index(error) == 2 && Pointer(error) == "/2/from");
        Assert.Contains(errors, error => Index(error) == 2 && Pointer(error) == "/2/subject");
        Assert.DoesNotContain(errors, error => Index(error) == 0);
        Assert.Equal(0, await pipeline.CountMessagesAsync(StorageNames.TransactionalQueue, Cancellation));
    }

    [Fact]
    public async Task Permissive_accepts_the_others_and_lists_what_is_wrong_with_those_left_out()
    {
        await using var pipeline = await StartAsync();

        var accepted = (await pipeline.SubmitBatchAsync($$"""[{"to":"b@example.com"},{{Email(1)}}]""", Cancellation, validation: "permissive")).Require(202);

        Assert.Single(accepted.Emails);
        Assert.All(accepted.Body.GetProperty("errors").EnumerateArray(), error => Assert.Equal(0, Index(error)));
        (await pipeline.SubmitBatchAsync("""[{"to":"b@example.com"}]""", Cancellation, validation: "permissive")).Require(422);
        (await pipeline.SubmitBatchAsync($"[{Email(0)}]", Cancellation, validation: "loose")).Require(422);
    }

    [Theory]
    [InlineData("[]", 422)]
    [InlineData("{}", 422)]
    [InlineData("7", 422)]
    [InlineData("""{"emails":[],"default":{}}""", 422)]
    [InlineData("""{"emails":{},"defaults":[]}""", 422)]
    [InlineData("""{"emails":[7]}""", 422)]
    [InlineData("[", 400)]
    public async Task An_invalid_batch_is_refused(string body, int status)
    {
        await using var pipeline = await StartAsync();

        (await pipeline.SubmitBatchAsync(body, Cancellation)).Require(status);
    }

    [Fact]
    public async Task A_batch_of_more_than_a_thousand_emails_is_refused()
    {
        await using var pipeline = await StartAsync();

        var refused = (await pipeline.SubmitBatchAsync($"[{string.Join(',', Enumerable.Range(0, 1001).Select(Email))}]", Cancellation)).Require(422);

        Assert.Contains("at most 1000", refused.Body.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_in_the_defaults_is_reported_once()
    {
        await using var pipeline = await StartAsync();
        var emails = string.Join(',', Enumerable.Range(0, 500).Select(i => $$"""{"to":"r{{i}}@example.com"}"""));

        var refused = (await pipeline.SubmitBatchAsync($$"""{"defaults":{"from":"shop","subject":"x","text":"x"},"emails":[{{emails}}]}""", Cancellation)).Require(422);

        Assert.Equal("/defaults/from", Pointer(Assert.Single(refused.Body.GetProperty("errors").EnumerateArray())));
    }

    private static int? Index(JsonElement error) => error.TryGetProperty("index", out var index) ? index.GetInt32() : null;

    private static string? Pointer(JsonElement error) => error.GetProperty("pointer").GetString();

    private static string Email(int i) => $$"""{"from":"shop@example.org","to":["r{{i}}@example.com"],"subject":"Hello","text":"Hello"}""";

    private Task<TestApp> StartAsync() => TestApp.On(azurite).StartAsync();
}

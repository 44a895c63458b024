using Azure.Storage.Blobs;
using MailFunctions.Delivery;
using MailFunctions.Intake;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Crash;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using MimeKit;

namespace MailFunctions.IntegrationTests.Intake;

/// <summary>Attachments that a mail names: what was pinned at its accept is what is sent, or nothing is.</summary>
public sealed class ReferencedFileTests(AzuriteFixture azurite)
{
    private const string Files = "files";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("reports/2026/june.pdf", 1_000, false)]
    [InlineData("reports/Bericht für Zoë + 100% #1? %2e%2e.pdf", 3_000_000, true)]
    public async Task A_named_file_arrives_byte_for_byte(string name, int length, bool isLarge)
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);
        var bytes = await PutAsync(pipeline, name, length);

        var id = await pipeline.SubmitAsync(Mail(name), Cancellation);
        var content = (await pipeline.Ledger.ReadManyAsync([id], Cancellation))[id].Content!;
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        using var mail = MimeMessage.Load(new MemoryStream(Assert.Single(relay.Mails).Content.ToArray()), Cancellation);
        var part = Assert.Single(mail.Attachments.OfType<MimePart>());
        using var decoded = new MemoryStream();
        await part.Content!.DecodeToAsync(decoded, Cancellation);
        Assert.Equal(bytes, decoded.ToArray());
        Assert.Equal((name.Split('/')[^1], "application/pdf"), (part.FileName, part.ContentType.MimeType));
        Assert.Equal((null, isLarge), (content.BlobName, content.ReferredBytes > ContentStore.MaxInline));
    }

    [Fact]
    public async Task A_file_that_is_missing_is_an_error_at_its_path_and_nothing_is_accepted()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);

        var (status, body, _) = await pipeline.PostAsync(Mail("reports/july.pdf"), Cancellation);

        Assert.Equal(422, status);
        var error = Assert.Single(body.RootElement.GetProperty("errors").EnumerateArray());
        Assert.Equal("/attachments/0/path", error.GetProperty("pointer").GetString());
        Assert.Contains("there is no blob of that name", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await pipeline.CountMessagesAsync("mail-transactional", Cancellation));
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_by_its_length()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);
        await PutAsync(pipeline, "large.bin", EmailLimits.AttachmentBytes + 1);

        var (status, body, _) = await pipeline.PostAsync(Mail("large.bin"), Cancellation);

        Assert.Equal(422, status);
        Assert.Equal("/attachments", Assert.Single(body.RootElement.GetProperty("errors").EnumerateArray()).GetProperty("pointer").GetString());
    }

    [Theory]
    [InlineData(false, 1000)]
    [InlineData(true, 1000)]
    [InlineData(false, 3_000_000)]
    [InlineData(true, 3_000_000)]
    public async Task A_changed_or_deleted_file_makes_its_mail_dead_and_nothing_is_sent(bool deleted, int length)
    {
        const string expected = "The attached file june.pdf has been changed or deleted since the mail was accepted.";
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);
        await PutAsync(pipeline, "june.pdf", length);
        var id = await pipeline.SubmitAsync(Mail("june.pdf"), Cancellation);
        if (deleted)
            await Container(pipeline).DeleteBlobAsync("june.pdf", cancellationToken: Cancellation);
        else
            await PutAsync(pipeline, "june.pdf", length);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
        var first = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Deferred, 0, 1), (first.State, first.Attempt, first.Faults));
        Assert.Contains(expected, first.Reason, StringComparison.Ordinal);
        for (var fault = 2; fault <= ProcessingFailures.UntilDead; fault++)
            await TimeTravel.AttemptNowAsync(pipeline, id, Cancellation);

        var dead = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Dead, 0), (dead.State, dead.Attempt));
        Assert.Contains(expected, dead.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(relay.Exchanges, exchange => exchange.Verb == "MAIL");
        Assert.DoesNotContain(pipeline.Logs.All, line => line.Text.Contains("june.pdf", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"from\":\"nobody\",\"subject\":\"x\"", "june.pdf", 422, 0)]
    [InlineData("\"from\":\"a@example.org\"", "june.pdf", 422, 0)]
    [InlineData("\"from\":\"a@example.org\",\"subject\":\"x\"", "large.bin", 422, 1)]
    [InlineData("\"from\":\"a@example.org\",\"subject\":\"x\"", "july.pdf", 422, 1)]
    public async Task A_request_that_is_refused_has_read_no_file(string fields, string name, int status, int looks)
    {
        await using var relay = new ScriptedSmtpServer();
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await StartAsync(proxy.ConnectionString, relay);
        await PutAsync(pipeline, "june.pdf", 10_000);
        await PutAsync(pipeline, "large.bin", EmailLimits.AttachmentBytes + 1);

        var answer = await pipeline.PostAsync($$"""{ {{fields}},"to":"b@example.com","text":"x","attachments":[{"path":"blob:{{name}}"}]}""", Cancellation);

        Assert.Equal(status, answer.Status);
        Assert.Equal((0, looks), (Count("GET"), Count("HEAD")));

        int Count(string method) => proxy.Requests.Count(request => request is { Service: StorageService.Blob, Name: Files } && request.Method == method);
    }

    [Fact]
    public async Task The_files_of_one_request_have_a_bound_together()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await StartAsync(proxy.ConnectionString, relay);
        for (var i = 0; i < 11; i++)
            await PutAsync(pipeline, $"{i}.bin", (EmailLimits.AttachmentBytes / 11 * 10) + 100);
        var emails = string.Join(',', Enumerable.Range(0, 11).Select(i => $$"""{"to":"r{{i}}@example.com","attachments":[{"path":"blob:{{i}}.bin"}]}"""));

        var answer = await pipeline.SubmitBatchAsync($$"""{"defaults":{"from":"a@example.org","subject":"x","text":"x"},"emails":[{{emails}}]}""", Cancellation);

        answer.Require(422);
        Assert.DoesNotContain(proxy.Requests, request => request is { Service: StorageService.Blob, Name: Files, Method: "GET" });
    }

    [Fact]
    public async Task An_email_of_a_batch_that_is_left_out_has_no_file_read()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await StartAsync(proxy.ConnectionString, relay);
        await PutAsync(pipeline, "june.pdf", 10_000);
        await PutAsync(pipeline, "july.pdf", 10_000);

        (await pipeline.SubmitBatchAsync(
            """{"defaults":{"from":"a@example.org","subject":"x","text":"x"},"emails":[{"to":"a@example.com","attachments":[{"path":"blob:june.pdf"}]},{"to":"b","attachments":[{"path":"blob:july.pdf"}]}]}""",
            Cancellation,
            validation: "permissive")).Require(202);

        Assert.Equal(1, proxy.Requests.Count(request => request is { Service: StorageService.Blob, Name: Files, Method: "HEAD" }));
        Assert.Equal(1, proxy.Requests.Count(request => request is { Service: StorageService.Blob, Name: Files, Method: "GET" }));
    }

    [Fact]
    public async Task A_file_that_a_hundred_emails_name_is_looked_up_once_and_read_once()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await StartAsync(proxy.ConnectionString, relay);
        await PutAsync(pipeline, "june.pdf", 10_000);
        var emails = string.Join(',', Enumerable.Range(0, 100).Select(i => $$"""{"to":"r{{i}}@example.com"}"""));

        (await pipeline.SubmitBatchAsync(
            $$"""{"defaults":{"from":"a@example.org","subject":"x","text":"x","lane":"bulk","attachments":[{"path":"blob:june.pdf"}]},"emails":[{{emails}}]}""", Cancellation)).Require(202);
        Assert.Equal(1, Reads());
        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        Assert.Equal(100, relay.Mails.Count);
        Assert.Equal(2, Reads());

        int Reads() => proxy.Requests.Count(request => request is { Service: StorageService.Blob, Name: Files, Method: "GET" });
    }

    [Fact]
    public async Task The_container_of_the_accept_is_read_even_when_another_is_configured_by_then()
    {
        await using var relay = new ScriptedSmtpServer();
        var account = azurite.TakeAccount();
        EmailId id;
        await using (var before = await StartAsync(account, relay))
        {
            await PutAsync(before, "june.pdf", 100);
            id = await before.SubmitAsync(Mail("june.pdf"), Cancellation);
        }

        await using var after = await TestApp.On(account).WithRelay(relay).With(TestSettings.Container, "others").StartAsync();

        await after.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
    }

    private static Task<TestApp> StartAsync(string storage, ScriptedSmtpServer relay) =>
        TestApp.On(storage).WithRelay(relay).With(TestSettings.Container, Files).StartAsync();

    private static BlobContainerClient Container(TestApp pipeline) => pipeline.Storage.Container(Files);

    /// <summary>Other bytes each time.</summary>
    private static async Task<byte[]> PutAsync(TestApp pipeline, string name, int length)
    {
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        await Container(pipeline).GetBlobClient(name).UploadAsync(new BinaryData(bytes), overwrite: true, Cancellation);
        return bytes;
    }

    private static string Mail(string name) => TestApp.Mail(more: $$""","attachments":[{"path":"blob:{{name}}"}]""");
}

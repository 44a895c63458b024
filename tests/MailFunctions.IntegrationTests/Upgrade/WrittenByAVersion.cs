using System.Text.Json;
using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Api.Suppressions;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.Suppression;
using MailFunctions.Templates;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Upgrade;

/// <summary>One mail in every state, and a row of every table, as the code that runs writes them.</summary>
internal static class WrittenByAVersion
{
    /// <summary>A mail that came with this key is accepted; the same request gets the same answer.</summary>
    public const string IdempotencyKey = "order-4711";

    /// <summary>What the mails of the batch share: long enough to be kept once for both.</summary>
    public static readonly string Text = string.Concat(Enumerable.Range(0, 400).Select(i => $"Line {i} of a text.\n"));

    /// <summary>An attachment: too long for a row.</summary>
    public static readonly byte[] File = [.. Enumerable.Range(0, 40 * 1024).Select(i => (byte)(i % 10))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static string KeyedMail => TestApp.Mail("keyed@example.com");

    public static async Task<StoredAccount> WriteAsync(AzuriteFixture azurite)
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite)
            .WithRelay(relay, ("PerMinute", "100000"))
            .With(TestSettings.BulkFirst, "00:05:00")
            .With(TestSettings.BulkLongest, "00:05:00")
            .StartAsync();
        var names = new Dictionary<string, string>();
        await KeepAsync(pipeline);
        await EndAsync(pipeline, relay, names);
        await AwaitPersonAsync(pipeline, relay, names);
        await pipeline.Get<StatisticsCompiler>().CompileAsync(Cancellation);
        await StayOpenAsync(pipeline, relay, names);

        // What was hidden for a second or two has to be seen.
        await Eventually.TrueAsync(
            async () => (await pipeline.Storage.Queue(Lane.Transactional).PeekMessagesAsync(32, Cancellation)).Value.Length == await pipeline.CountMessagesAsync(StorageNames.TransactionalQueue, Cancellation),
            "every queue message visible");
        return await StoredAccount.ReadAsync(pipeline.Storage, names, Cancellation);
    }

    private static async Task KeepAsync(TestApp pipeline)
    {
        await pipeline.SuppressAsync("gone@example.com", """{"reason":"bounce","note":"Mailbox closed."}""");
        await pipeline.Get<FailureCounts>().AddAsync(SuppressionKey.Of("often@example.com"), new SoftFailure("01JD0000000000000000000000", pipeline.Get<TimeProvider>().GetUtcNow()), TimeSpan.FromDays(14), Cancellation);
        var templates = pipeline.Get<TemplateStore>();
        await templates.SaveAsync("welcome", new TemplateContent("Welcome", "Hello {{ name }}", null), _ => true, Cancellation);
        await templates.SaveAsync("welcome", new TemplateContent("Welcome, {{ name }}", "Hello {{ name }}", "<p>Hello {{ name }}</p>"), _ => true, Cancellation);
        await pipeline.Get<ApiKeyTable>().AddAsync(
            new ApiKey { Id = "an-upgraded-key", Name = "a program", Hash = new byte[32], Rights = RightNames.OfEarlierVersions, Limits = new KeyLimits { Senders = ["example.org"], Lanes = [Lane.Bulk] }, CreatedAt = TimeProvider.System.GetUtcNow() }, Cancellation);
        var poison = pipeline.Storage.Queue(StorageNames.BulkQueue + StorageNames.PoisonSuffix);
        await poison.SendMessageAsync("who wrote this?", Cancellation);
        var message = (await poison.ReceiveMessageAsync(cancellationToken: Cancellation)).Value;
        await pipeline.Get<PoisonRecorder>().RecordAsync(Lane.Bulk, message, Cancellation);
        await poison.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancellation);
    }

    private static async Task EndAsync(TestApp pipeline, ScriptedSmtpServer relay, Dictionary<string, string> names)
    {
        relay.Script = exchange => exchange.Verb == "RCPT" && exchange.LocalPart == "wrong" ? SmtpAction.Reply("550 5.1.1 No such user") : null;
        await DeliverAsync("sent", "ada@example.com", EmailState.Sent);
        await DeliverAsync("partial", "ada@example.com,wrong@example.com", EmailState.Partial);
        await DeliverAsync("failed", "wrong@example.com", EmailState.Failed);
        await DeliverAsync("suppressed", "gone@example.com", EmailState.Suppressed);
        var keyed = (await pipeline.SubmitOneAsync(KeyedMail, Cancellation, IdempotencyKey)).Require(202).EmailId;
        names["keyed"] = (await pipeline.DeliverUntilAsync(keyed, Cancellation, EmailState.Sent)).Id.ToString();
        var canceled = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        (await pipeline.CancelAsync(canceled, Cancellation)).Require(200);
        names["canceled"] = canceled.ToString();
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        async Task DeliverAsync(string name, string to, EmailState state)
        {
            var id = await pipeline.SubmitAsync(TestApp.Mail(to, more: ""","tags":[{"name":"kind","value":"order"}]"""), Cancellation);
            names[name] = (await pipeline.DeliverUntilAsync(id, Cancellation, state)).Id.ToString();
        }
    }

    private static async Task AwaitPersonAsync(TestApp pipeline, ScriptedSmtpServer relay, Dictionary<string, string> names)
    {
        relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Close.Stored() : null;
        var uncertain = await pipeline.SubmitAsync(TestApp.Mail(lane: "bulk"), Cancellation);
        names["uncertain"] = (await pipeline.DeliverUntilAsync(uncertain, Cancellation, EmailState.Uncertain)).Id.ToString();
        var dead = EmailId.Mint(TimeProvider.System.GetUtcNow());
        await QueuedMails.InsertAsync(pipeline, Lane.Bulk, dead, Cancellation, (_, row) => row with { Faults = ProcessingFailures.UntilDead - 1, LastFaultSource = "message 1" });
        await pipeline.Get<ProcessingFailures>().CountAsync(dead[0], "message 2", "It broke.", Cancellation);
        names["dead"] = dead[0].ToString();
    }

    private static async Task StayOpenAsync(TestApp pipeline, ScriptedSmtpServer relay, Dictionary<string, string> names)
    {
        relay.Script = exchange => exchange.Verb == "RCPT" ? SmtpAction.Reply("451 4.7.1 Try again later") : null;
        names["deferred-long"] = await DeferAsync("bulk");
        names["deferred"] = await DeferAsync("transactional");
        names["scheduled"] = await SubmitAsync(more: $$""","scheduled_at":"{{TimeProvider.System.GetUtcNow().AddHours(1):O}}","expires_at":"{{TimeProvider.System.GetUtcNow().AddHours(3):O}}" """);
        names["queued"] = await SubmitAsync(more: ""","cc":["Bob <bob@example.net>"],"bcc":["eve@example.org"],"reply_to":["help@example.org"],"headers":{"X-Order":"4711"},"on_uncertain":"assume_sent" """);
        names["with-file"] = await SubmitAsync(more: $$""","attachments":[{"filename":"a.bin","content":"{{Convert.ToBase64String(File)}}"}]""");
        var batch = (await pipeline.SubmitBatchAsync(
            $$"""{"defaults":{"from":"shop@example.org","subject":"June","lane":"bulk","text":{{JsonSerializer.Serialize(Text)}}},"emails":[{"to":"one@example.com"},{"to":"two@example.com"}]}""", Cancellation)).Require(202);
        (names["batch"], names["batch-1"], names["batch-2"]) = (batch.Id, batch.Emails[0].ToString(), batch.Emails[1].ToString());

        // A worker that was lost with the attempt in its hands.
        var lost = EmailId.Mint(TimeProvider.System.GetUtcNow());
        await QueuedMails.InsertAsync(pipeline, Lane.Bulk, lost, Cancellation);
        var row = (await pipeline.RowAsync(lost[0], Cancellation))!;
        var key = EventKey.OfAttempt(row.Id, 1, row.AcceptedAt);
        var claimed = row with { State = EmailState.Sending, Attempt = 1, EventMinutes = [key.PartitionKey], Claim = new Claim("lost", row.AcceptedAt.AddMinutes(1), key, "relay") };
        Assert.NotNull(await pipeline.Ledger.TryUpdateAsync(claimed, Cancellation));
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Bulk, [new NamedAttempt(row.Id, 1)], TimeSpan.Zero, Cancellation);
        names["sending"] = row.Id.ToString();

        async Task<string> SubmitAsync(string lane = "transactional", string more = "") => (await pipeline.SubmitAsync(TestApp.Mail(lane: lane, more: more), Cancellation)).ToString();

        async Task<string> DeferAsync(string lane)
        {
            var id = EmailId.Parse(await SubmitAsync(lane));
            return (await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Deferred)).Id.ToString();
        }
    }
}

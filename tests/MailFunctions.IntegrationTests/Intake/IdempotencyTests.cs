using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Crash;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Intake;

/// <summary>The same request twice makes one mail, whatever happened to the first.</summary>
public sealed class IdempotencyTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_request_again_gets_the_first_answer_again()
    {
        await using var pipeline = await StartAsync();

        var first = (await pipeline.SubmitOneAsync("""{"from":"a@example.org","to":"b@example.com","subject":"Grüße","text":"x"}""", Cancellation, "k")).Require(202);
        var second = (await pipeline.SubmitOneAsync("""{ "text": "x", "subject": "Gr\u00fc\u00dfe", "to": "b@example.com", "from": "a@example.org" }""", Cancellation, "k")).Require(202);

        Assert.Equal(first.Body.GetRawText(), second.Body.GetRawText());
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(("", "true"), (first.Headers["Idempotent-Replayed"].ToString(), second.Headers["Idempotent-Replayed"].ToString()));
        Assert.Equal(1, await pipeline.CountMessagesAsync(StorageNames.TransactionalQueue, Cancellation));
    }

    [Fact]
    public async Task Two_hundred_at_once_with_one_key_make_one_mail()
    {
        var account = azurite.TakeAccount();
        await using var one = await StartAsync(account);
        await using var two = await StartAsync(account);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => (i % 2 == 0 ? one : two).SubmitOneAsync(TestApp.Mail(), Cancellation, "k")));

        Assert.Single(answers.Where(answer => answer.Status == 202).Select(answer => answer.Id).Distinct());
        Assert.All(answers.Where(answer => answer.Status != 202), answer => Assert.Equal((409, "concurrent_idempotent_requests"), (answer.Status, answer.Name)));
        Assert.Equal(1, await one.CountMessagesAsync(StorageNames.TransactionalQueue, Cancellation));
        Assert.Equal("true", (await one.SubmitOneAsync(TestApp.Mail(), Cancellation, "k")).Require(202).Headers["Idempotent-Replayed"]);
    }

    [Fact]
    public async Task A_different_body_or_call_is_a_conflict_and_an_unusable_key_is_invalid()
    {
        await using var pipeline = await StartAsync();
        (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, "k")).Require(202);

        Assert.Equal("invalid_idempotent_request", (await pipeline.SubmitOneAsync(TestApp.Mail(to: "c@example.com"), Cancellation, "k")).Require(409).Name);
        Assert.Equal("invalid_idempotent_request", (await pipeline.SubmitBatchAsync(TestApp.Mail(), Cancellation, "k")).Require(409).Name);
        Assert.Equal("invalid_idempotency_key", (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, "")).Require(400).Name);
        Assert.Equal("invalid_idempotency_key", (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, new string('k', 257))).Require(400).Name);
    }

    [Fact]
    public async Task A_key_belongs_to_the_caller()
    {
        await using var pipeline = await StartAsync();

        var first = (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, "k", functionKey: "one")).Require(202);
        var second = (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, "k", functionKey: "two")).Require(202);

        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public async Task A_refusal_is_not_kept()
    {
        await using var pipeline = await StartAsync();

        (await pipeline.SubmitOneAsync("{}", Cancellation, "k")).Require(422);
        (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, "k")).Require(202);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_retry_of_a_lost_request_keeps_accepted_mails_and_accepts_the_rest(int accepted)
    {
        await using var pipeline = await StartAsync();
        string body = $"[{string.Join(',', Enumerable.Range(0, 3).Select(i => TestApp.Mail(to: $"r{i}@example.com")))}]";
        var ids = await LoseAsync(pipeline, body, accepted);

        Assert.Equal("concurrent_idempotent_requests", (await pipeline.SubmitBatchAsync(body, Cancellation, "k")).Require(409).Name);
        await EndLeaseAsync(pipeline);
        var answer = (await pipeline.SubmitBatchAsync(body, Cancellation, "k")).Require(202);

        Assert.Equal(ids.Take(accepted), answer.Emails.Take(accepted));
        Assert.Empty(ids.Skip(accepted).Intersect(answer.Emails));
        var rows = await pipeline.Ledger.ReadManyAsync([.. ids, .. answer.Emails], Cancellation);
        Assert.All(ids.Skip(accepted), id => Assert.Equal(EmailState.Void, rows[id].State));
        Assert.All(answer.Emails, id => Assert.Equal(EmailState.Queued, rows[id].State));
        Assert.Equal(Enumerable.Range(0, 3).Select(i => $"r{i}@example.com"), answer.Emails.Select(id => rows[id].Recipients[0].Mailbox));
        var replay = (await pipeline.SubmitBatchAsync(body, Cancellation, "k")).Require(202);
        Assert.Equal((answer.Body.GetRawText(), answer.Headers.Location), (replay.Body.GetRawText(), replay.Headers.Location));
    }

    [Fact]
    public async Task The_answer_to_a_thousand_emails_is_kept()
    {
        await using var pipeline = await StartAsync();
        var body = $$"""{"defaults":{{TestApp.Mail()}},"emails":[{{string.Join(',', Enumerable.Repeat("{}", 1000))}}]}""";

        var first = (await pipeline.SubmitBatchAsync(body, Cancellation, "k")).Require(202);
        var second = (await pipeline.SubmitBatchAsync(body, Cancellation, "k")).Require(202);

        Assert.Equal(first.Body.GetRawText(), second.Body.GetRawText());
        Assert.Equal([$"/api/batches/{first.Id}", $"/api/batches/{first.Id}"], [first.Headers.Location.ToString(), second.Headers.Location.ToString()]);
        Assert.Equal(1000, second.Emails.Count);
    }

    /// <summary>A property of a row holds 64 KiB on Azure, whether or not it does here.</summary>
    [Fact]
    public async Task The_answer_that_repeats_the_longest_names_of_a_caller_is_kept()
    {
        await using var pipeline = await StartAsync();
        var random = new Random(42);
        string Name(int chars) => string.Concat(Enumerable.Range(0, chars).Select(_ => (char)random.Next(0x4E00, 0x9FFF)));
        string Deep(int depth) => depth == 0 ? "\"\\ud800\"" : $$"""{"{{Name(340)}}":{{Deep(depth - 1)}}}""";
        string Wrong() => $$$"""{"from":"a@example.org","to":"b@example.com","template":{"name":"x","variables":{{{Deep(10)}}}},"{{{Name(340)}}}":1}""";
        var body = $"[{TestApp.Mail()},{string.Join(',', Enumerable.Range(0, 100).Select(_ => Wrong()))}]";

        var first = (await pipeline.SubmitBatchAsync(body, Cancellation, "k", "permissive")).Require(202);
        var second = (await pipeline.SubmitBatchAsync(body, Cancellation, "k", "permissive")).Require(202);

        Assert.Equal("true", second.Headers["Idempotent-Replayed"]);
        Assert.Equal(first.Body.GetRawText(), second.Body.GetRawText());
        Assert.InRange(first.Body.GetRawText().Length, 100_000, int.MaxValue);
        var entity = (await pipeline.Get<IdempotencyTable>().ReadAsync(await KeyAsync(pipeline), Cancellation))!.ToEntity();
        var properties = entity.Keys.Select(name => entity[name]).OfType<byte[]>().ToList();
        Assert.All(properties, property => Assert.InRange(property.Length, 0, 64 * 1024));
        Assert.InRange(properties.Sum(property => property.Length), 64 * 1024, 1000 * 1024);
    }

    /// <summary>No outage, and nothing that anybody expects.</summary>
    [Fact]
    public async Task Mail_is_accepted_whatever_becomes_of_the_answer_that_is_kept()
    {
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await StartAsync(proxy.ConnectionString);
        proxy.Faults = request => Writes.IsKeptAnswer(request) ? TestPeers.Storage.StorageFault.RefuseWith(400) : TestPeers.Storage.StorageFault.None;

        (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, "k")).Require(202);

        Assert.Equal(1, await pipeline.CountMessagesAsync(StorageNames.TransactionalQueue, Cancellation));
    }

    private Task<TestApp> StartAsync(string? account = null) =>
        TestApp.On(account ?? azurite.TakeAccount()).StartAsync();

    /// <summary>Leaves what a process leaves that dies while it accepts a batch: recorded ids, and the first of their rows.</summary>
    private static async Task<IReadOnlyList<EmailId>> LoseAsync(TestApp pipeline, string body, int accepted)
    {
        var entry = await EntryAsync(pipeline, body);
        var now = pipeline.Get<TimeProvider>().GetUtcNow();
        var ids = EmailId.Mint(now, 3);
        await entry.RecordAsync(EmailId.Mint(now)[0], [.. ids.Select((id, index) => new RecordedEmail(index, id))], Cancellation);
        await QueuedMails.InsertAsync(
            pipeline,
            Lane.Transactional,
            [.. ids.Take(accepted)],
            Cancellation,
            (i, row) => row with { Recipients = [new Recipient($"r{i}@example.com", RecipientKind.To, RecipientStatus.Pending, 0, null)] });
        return ids;
    }

    private static async Task<IdempotencyEntry> EntryAsync(TestApp pipeline, string body)
    {
        var errors = new ErrorList();
        var root = RequestOutline.Parse(System.Text.Encoding.UTF8.GetBytes(body), errors, EmailLimits.BatchJsonValues).Value!;
        var passage = await pipeline.Get<IdempotencyGate>().EnterAsync(await KeyAsync(pipeline), CanonicalHash.Of("emails/batch", root), Cancellation);
        return Assert.IsType<IdempotencyEntry>(passage.Entry);
    }

    private static async Task EndLeaseAsync(TestApp pipeline)
    {
        var table = pipeline.Get<IdempotencyTable>();
        var row = await table.ReadAsync(await KeyAsync(pipeline), Cancellation);
        Assert.NotNull(await table.TryWriteAsync(row! with { LeaseUntil = pipeline.Get<TimeProvider>().GetUtcNow() }, Cancellation));
    }

    private static async Task<IdempotencyKey> KeyAsync(TestApp pipeline) =>
        IdempotencyKey.Of(await pipeline.Get<FunctionKeys>().FingerprintAsync(new Microsoft.AspNetCore.Http.DefaultHttpContext().Request, Cancellation), "k");
}

using System.Text;
using MailFunctions.Api.Emails;
using MailFunctions.Intake.Idempotency;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Fixtures.Clocks;
using MailFunctions.Keys.Callers;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Keys;

/// <summary>Submissions against quotas, as callers see them.</summary>
public sealed class QuotaTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_is_judged_whole()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay, "mails_per_day=5");

        Assert.Equal(202, (await PostBatchAsync(pipeline, 3)).Status);
        var refused = await PostBatchAsync(pipeline, 3);
        Assert.Equal((429, "rate_limit_exceeded"), (refused.Status, refused.Name));
        Assert.Equal(("5", "2"), (refused.Headers["ratelimit-limit"].ToString(), refused.Headers["ratelimit-remaining"].ToString()));
        Assert.InRange(int.Parse(refused.Headers.RetryAfter.ToString(), System.Globalization.CultureInfo.InvariantCulture), 12 * 3_600 - 600, 12 * 3_600);

        var last = await PostBatchAsync(pipeline, 2);
        Assert.Equal((202, "0"), (last.Status, last.Headers["ratelimit-remaining"].ToString()));
        Assert.Equal(429, (await PostAsync(pipeline)).Status);
        var never = await PostBatchAsync(pipeline, 6);
        Assert.Equal((422, "exceeds_quota", ""), (never.Status, never.Name, never.Headers.RetryAfter.ToString()));
    }

    [Fact]
    public async Task Recipients_and_bytes_are_counted_too()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay, "recipients_per_day=3,bytes_per_day=100000");

        Assert.Equal(202, (await PostAsync(pipeline, TestApp.Mail(to: "ada@example.com,Ada@example.com,bob@example.com"))).Status);
        Assert.Equal(429, (await PostAsync(pipeline, TestApp.Mail(to: "ada@example.com,bob@example.com"))).Status);
        Assert.Equal((422, "exceeds_quota"), await PostAsync(pipeline, TestApp.Mail(more: $",\"html\":\"{new string('x', 100_000)}\"")) is var large ? (large.Status, large.Name) : default);
        Assert.Equal(202, (await PostAsync(pipeline)).Status);
    }

    [Fact]
    public async Task The_answer_to_a_repeated_idempotency_key_is_not_charged()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay, "mails_per_day=2");

        for (var i = 0; i < 3; i++)
            Assert.Equal(202, (await PostAsync(pipeline, key: "order-7")).Status);
        Assert.Equal(202, (await PostAsync(pipeline)).Status);
        var refused = await PostAsync(pipeline, key: "order-8");
        Assert.Equal(429, refused.Status);
        Assert.Equal(202, (await PostAsync(pipeline, key: "order-7")).Status);
    }

    [Fact]
    public async Task What_a_request_without_any_accepted_mail_was_charged_is_returned()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await StartAsync(storage.ConnectionString, relay, "mails_per_day=1");
        storage.Faults = request => request.IsWrite && request.Service == StorageService.Queue ? StorageFault.RefuseWith(400) : StorageFault.None;
        Assert.Equal(500, (await PostAsync(pipeline)).Status);

        storage.Faults = _ => StorageFault.None;
        Assert.Equal(202, (await PostAsync(pipeline)).Status);
        Assert.Equal(429, (await PostAsync(pipeline)).Status);
    }

    [Fact]
    public async Task Without_a_quota_there_are_neither_headers_nor_rows()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay, "");

        var accepted = await PostAsync(pipeline);

        Assert.Equal(202, accepted.Status);
        Assert.DoesNotContain(accepted.Headers.Keys, name => name.StartsWith("ratelimit", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(await pipeline.Storage.Table(MailFunctions.Storage.StorageNames.QuotasTable).QueryAsync<Azure.Data.Tables.TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation));
    }

    private static Task<TestApp> StartAsync(string storage, ScriptedSmtpServer relay, string app)
    {
        var clock = new MovableClock();
        clock.MoveTo(Noon);
        return TestApp.On(storage).WithRelay(relay).With("MailFunctions:Quotas:App", app).WithClock(clock).StartAsync();
    }

    private static Task<Answer> PostAsync(TestApp pipeline, string? json = null, string? key = null) => AnswerAsync(
        pipeline,
        request =>
        {
            if (key is not null)
                request.Headers[IdempotencyKey.Header] = key;
            return pipeline.Get<EmailIntake>().SubmitAsync(request, Caller.Operator, Cancellation);
        },
        json ?? TestApp.Mail());

    private static Task<Answer> PostBatchAsync(TestApp pipeline, int mails) => AnswerAsync(
        pipeline, request => pipeline.Get<EmailIntake>().SubmitBatchAsync(request, Caller.Operator, Cancellation), $"[{string.Join(',', Enumerable.Repeat(TestApp.Mail(), mails))}]");

    private static async Task<Answer> AnswerAsync(TestApp pipeline, Func<HttpRequest, Task<IResult>> call, string json)
    {
        var (status, body, headers) = await pipeline.AnswerAsync(context => call(context.Request), Cancellation, Encoding.UTF8.GetBytes(json));
        return new Answer(status, body.RootElement.TryGetProperty("name", out var name) ? name.GetString() : null, headers);
    }

    private sealed record Answer(int Status, string? Name, IHeaderDictionary Headers);
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Queues;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.LocalHost.Hosting;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Functions;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.Triggers;

namespace MailFunctions.IntegrationTests.Operations;

/// <summary>
/// The published app as a process, driven by a stand-in of the Functions host: gRPC, HTTP through the worker's own port,
/// queue messages that it binds itself. On the Functions host itself it runs in <c>.ci/app.sh</c>.
/// </summary>
public sealed class PublishedAppTests(AzuriteFixture azurite)
{
    /// <summary>The waits of a mail whose worker died, shortened.</summary>
    private static readonly (string Key, string Value)[] AfterADeath =
    [
        (TestSettings.Lease, "00:00:05"),
        (TestSettings.TransactionalFirst, "00:00:01"),
        (TestSettings.TransactionalLongest, "00:00:02"),
        (TestSettings.BulkFirst, "00:00:01"),
        (TestSettings.BulkLongest, "00:00:02"),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_published_app_accepts_sends_and_counts_a_mail_and_a_batch()
    {
        await using var app = await HostedApp.StartAsync(azurite);

        using var accepted = await app.Client.PostAsJsonAsync("emails", HostedApp.Mail("ada@example.net"), Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var id = (await accepted.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("id").GetString()!;
        var batch = await app.SubmitBatchAsync(Enumerable.Range(0, 60).Select(number => HostedApp.Mail($"reader{number}@example.net", "bulk")));

        // By the name that the caller used, not by that of the worker's port.
        Assert.Equal(new Uri(app.Client.BaseAddress!, $"emails/{id}"), new Uri(app.Client.BaseAddress!, accepted.Headers.Location!));
        foreach (var mail in batch.Prepend(id))
            await app.SentAsync(mail);
        Assert.Equal(61, app.Relay.Mails.Count);
        Assert.Contains(app.Host.Invocations, run => run is { Function: nameof(DeliverTransactional), Succeeded: true });
        Assert.Contains(app.Host.Invocations, run => run is { Function: nameof(DeliverBulk), Succeeded: true });

        var timer = await app.Host.RunTimerAsync(nameof(CompileStatistics), Cancellation);
        Assert.True(timer.Succeeded, timer.Fault);
        var total = Assert.Single((await app.GetAsync("statistics")).GetProperty("totals").EnumerateArray());
        Assert.Equal(61, total.GetProperty("emails_sent").GetInt32());
    }

    [Fact]
    public async Task The_worker_registers_the_local_hosts_functions_and_answers_only_their_routes()
    {
        await using var app = await HostedApp.StartAsync(azurite);

        using var health = await app.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "health"), Cancellation);
        using var refused = await app.Client.PostAsJsonAsync("emails", new { from = "me@example.org", to = new[] { "you@example.net" }, subject = "x", text = "x" }, Cancellation);
        using var script = await app.Client.GetAsync("docs/swagger-ui.css", Cancellation);
        using var unknown = await app.Client.GetAsync("nothing", Cancellation);

        Assert.Equal(
            Function.Discover(typeof(SubmitEmail).Assembly.GetTypes()).Select(function => function.Name).Order(StringComparer.Ordinal),
            app.Host.Functions.Select(function => function.Name).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.Equal("text/css", script.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(0, await app.Host.StopAsync(Cancellation));
    }

    [Fact]
    public async Task An_unreadable_message_ends_as_a_dead_letter_after_five_tries()
    {
        await using var app = await HostedApp.StartAsync(azurite);
        // Which makes the queues, if nothing has.
        await app.GetAsync("health");
        var queue = new QueueClient(app.Storage, StorageNames.TransactionalQueue);
        await Eventually.TrueAsync(async () => (await queue.ExistsAsync(Cancellation)).Value, "the queue");

        await queue.SendMessageAsync("not ours", Cancellation);
        await app.Host.Invocations.WaitForAsync(run => run.Function == nameof(RecordPoisonTransactional), Cancellation);

        Assert.Equal(
            [.. Enumerable.Repeat((nameof(DeliverTransactional), InvocationOutcome.Failed), 5), (nameof(RecordPoisonTransactional), InvocationOutcome.Succeeded)],
            app.Host.Invocations.Where(run => run.Function is nameof(DeliverTransactional) or nameof(RecordPoisonTransactional)).Select(run => (run.Function, run.Outcome)));
        var letter = Assert.Single((await app.GetAsync("dead-letters")).GetProperty("data").EnumerateArray());
        Assert.Equal("not ours", letter.GetProperty("body").GetString());
    }

    [Fact]
    public async Task A_killed_worker_loses_no_accepted_mail_and_its_call_gets_an_empty_500()
    {
        await using var app = await HostedApp.StartAsync(azurite, AfterADeath);
        // The killed process sends its last mail half; a mail under way is answered by nobody.
        app.Relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot && app.Relay.Mails.Count >= 10 ? SmtpAction.Stall : null;

        var ids = await app.SubmitBatchAsync(Enumerable.Range(0, 100).Select(number => HostedApp.Mail($"reader{number}@example.net", number % 2 == 0 ? "bulk" : "transactional")));
        await app.Relay.Exchanges.WaitForAsync(exchange => exchange.Verb == SmtpExchange.FinalDot && app.Relay.Mails.Count >= 10, Cancellation);
        using var waiting = new HttpRequestMessage(HttpMethod.Post, "emails") { Content = JsonContent.Create(HostedApp.Mail("code@example.net")), Headers = { { "Prefer", "wait=30" } } };
        var call = app.Client.SendAsync(waiting, Cancellation);
        await app.Relay.Exchanges.WaitForAsync(exchange => exchange.Verb == SmtpExchange.FinalDot && exchange.Recipients.Contains("code@example.net"), Cancellation);
        await app.Host.KillWorkerAsync(Cancellation);
        app.Relay.Script = _ => null;
        app.Relay.Release();

        using var answer = await call;
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancellation));
        foreach (var id in ids)
            await DispatchUntilAsync(app, () => app.IsSentAsync(id), $"mail {id} sent");
        await DispatchUntilAsync(
            app, () => Task.FromResult(app.Relay.Mails.Any(mail => mail.Recipients.Contains("code@example.net"))), "the mail whose caller got no answer");
        Assert.Contains(app.Host.Invocations, run => run.Outcome == InvocationOutcome.Lost);
        Assert.Equal(101, app.Relay.Mails.SelectMany(mail => mail.Recipients).Distinct().Count());
    }

    /// <summary>Both wait for as long as a caller may. The one that came later leaves, and is over first.</summary>
    [Fact]
    public async Task A_caller_that_leaves_ends_its_invocation()
    {
        await using var app = await HostedApp.StartAsync(azurite);
        app.Relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Stall : null;
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var stays = WaitAsync(app, "stays@example.net", Cancellation);
        await app.Relay.Exchanges.WaitForAsync(exchange => exchange.Verb == SmtpExchange.FinalDot && exchange.Recipients.Contains("stays@example.net"), Cancellation);
        var leaves = WaitAsync(app, "leaves@example.net", leaving.Token);
        await app.Relay.Exchanges.WaitForAsync(exchange => exchange.Verb == SmtpExchange.FinalDot && exchange.Recipients.Contains("leaves@example.net"), Cancellation);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        await app.Host.Invocations.WaitForAsync(run => run.Function == nameof(SubmitEmail), Cancellation);

        Assert.False(stays.IsCompleted);
        app.Relay.Script = _ => null;
        app.Relay.Release();
        Assert.Equal(HttpStatusCode.OK, await stays);
    }

    /// <summary>Until a condition holds, with the timer that is due each minute for mail that is to be sent later.</summary>
    private static Task DispatchUntilAsync(HostedApp app, Func<Task<bool>> condition, string what) => Eventually.TrueAsync(
        async () =>
        {
            if (await condition())
                return true;
            await app.Host.RunTimerAsync(nameof(Dispatch), Cancellation);
            return false;
        },
        what);

    private static async Task<HttpStatusCode> WaitAsync(HostedApp app, string to, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "emails") { Content = JsonContent.Create(HostedApp.Mail(to)), Headers = { { "Prefer", "wait=30" } } };
        using var answer = await app.Client.SendAsync(request, cancellationToken);
        return answer.StatusCode;
    }
}

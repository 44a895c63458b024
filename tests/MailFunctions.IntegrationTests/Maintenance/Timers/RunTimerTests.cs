using System.Text.Json;
using MailFunctions.Api.Statistics;
using MailFunctions.Api.Timers;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Fixtures.Clocks;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Timers;
using MailFunctions.Queue;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Maintenance.Timers;

/// <summary>POST timers/{name}/run: what a person does whose platform runs no timers any more.</summary>
public sealed class RunTimerTests(AzuriteFixture azurite)
{
    private readonly MovableClock _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dispatch_moves_what_is_due_and_says_how_many()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);
        var id = await pipeline.SubmitAsync(TestApp.Mail(more: $",\"scheduled_at\":\"{_clock.GetUtcNow().AddHours(1):O}\""), Cancellation);
        _clock.Advance(TimeSpan.FromHours(1));

        var run = await RunAsync(pipeline, "Dispatch");

        Assert.Equal("Dispatch", run.GetProperty("name").GetString());
        Assert.Equal(["dispatch_due", "second_look", "backstop", "look_at_open_mail", "compact_suppression_changes", "survey_levels"], Jobs(run).Keys);
        Assert.Equal(1, Jobs(run)["dispatch_due"].GetProperty("emails").GetInt32());
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        Assert.Equal(0, Jobs(await RunAsync(pipeline, "Dispatch"))["dispatch_due"].GetProperty("emails").GetInt32());
    }

    [Fact]
    public async Task Dispatch_requeues_stalled_mail_and_reports_how_many()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);
        await RunAsync(pipeline, "Dispatch");
        await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        await pipeline.Storage.Queue(Lane.Transactional).ClearMessagesAsync(Cancellation);
        _clock.Advance(TimeSpan.FromMinutes(5));

        var jobs = Jobs(await RunAsync(pipeline, "Dispatch"));

        Assert.Equal(1, jobs["second_look"].GetProperty("emails").GetInt32());
        Assert.Equal(1, await pipeline.CountMessagesAsync("mail-transactional", Cancellation));
    }

    [Fact]
    public async Task CompileStatistics_compiles_and_says_what()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);
        await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);

        var counts = Assert.Single(Jobs(await RunAsync(pipeline, "compilestatistics"))).Value;

        Assert.True(counts.GetProperty("minutes").GetInt32() > 0);
        Assert.True(counts.GetProperty("rows_written").GetInt32() > 0);
        Assert.Equal(0, counts.GetProperty("rows_deleted").GetInt32());
        Assert.True(counts.GetProperty("seconds_behind").GetInt32() >= 0);
        var read = await pipeline.AnswerAsync(
            context => pipeline.Get<StatisticsReader>().ReadAsync(context.Request, Cancellation), Cancellation);
        Assert.Contains("\"accepted\":1", read.Body.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PurgeExpired_purges_and_says_what()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        _clock.Advance(TimeSpan.FromDays(40));

        var jobs = Jobs(await RunAsync(pipeline, "PurgeExpired"));

        Assert.Equal(["purge_mail", "purge_statistics", "delete_expired_rows", "remove_leftovers", "purge_audit", "settle_quotas"], jobs.Keys);
        Assert.Equal(1, jobs["purge_mail"].GetProperty("emails").GetInt32());
        Assert.Null(await pipeline.Ledger.ReadAsync(id, Cancellation));
    }

    [Fact]
    public async Task An_unknown_timer_returns_404_with_the_names_of_the_existing_ones()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);

        var (status, body, _) = await CallAsync(pipeline, "Nightly");

        Assert.Equal((404, "not_found"), (status, body.RootElement.GetProperty("name").GetString()));
        Assert.Equal("There is no timer of this name: there are CheckSenderDomains, CompileStatistics, Dispatch, PurgeExpired.", body.RootElement.GetProperty("detail").GetString());
    }

    /// <summary>The runs share what a process remembers of a run, and whoever calls twice has asked once too often.</summary>
    [Fact]
    public async Task While_a_run_is_under_way_a_call_is_refused_and_a_scheduled_run_waits()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await StartAsync(storage.ConnectionString, relay);
        storage.Faults = request => request.Name == "Schedule" ? StorageFault.HoldBefore : StorageFault.None;

        var first = CallAsync(pipeline, "Dispatch");
        var (status, body, headers) = await CallAsync(pipeline, "Dispatch");
        var scheduled = pipeline.Get<TimerCalls>().RunScheduledAsync(TimerNames.Dispatch, Cancellation);
        Assert.Equal((409, "timer_running"), (status, body.RootElement.GetProperty("name").GetString()));
        Assert.Equal("5", headers.RetryAfter);
        Assert.Equal(200, (await CallAsync(pipeline, "CompileStatistics")).Status);
        Assert.False(scheduled.IsCompleted);

        storage.Faults = _ => StorageFault.None;
        storage.Release();
        Assert.Equal(200, (await first).Status);
        await scheduled;
        Assert.Equal(200, (await CallAsync(pipeline, "Dispatch")).Status);
    }

    [Fact]
    public async Task A_job_that_fails_is_named_and_the_others_are_done()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await StartAsync(storage.ConnectionString, relay);
        await RunAsync(pipeline, "Dispatch");
        await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        await pipeline.Storage.Queue(Lane.Transactional).ClearMessagesAsync(Cancellation);
        _clock.Advance(TimeSpan.FromMinutes(5));
        storage.Faults = request => request.Name == "Schedule" ? StorageFault.RefuseWith(400) : StorageFault.None;

        var (status, body, _) = await CallAsync(pipeline, "Dispatch");

        Assert.Equal((500, "internal_error"), (status, body.RootElement.GetProperty("name").GetString()));
        Assert.Contains("1 of 6 jobs of the timer failed (dispatch_due); the others were done", body.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, await pipeline.CountMessagesAsync("mail-transactional", Cancellation));
    }

    private Task<TestApp> StartAsync(string account, ScriptedSmtpServer relay) =>
        TestApp.On(account).WithRelay(relay).WithClock(_clock).StartAsync();

    private static Task<(int Status, JsonDocument Body, Microsoft.AspNetCore.Http.IHeaderDictionary Headers)> CallAsync(TestApp pipeline, string name) =>
        pipeline.AnswerAsync(_ => pipeline.Get<TimerCalls>().RunAsync(name, Cancellation), Cancellation);

    private static async Task<JsonElement> RunAsync(TestApp pipeline, string name)
    {
        var (status, body, _) = await CallAsync(pipeline, name);
        Assert.True(status == 200, $"{status}: {body.RootElement}");
        return body.RootElement;
    }

    private static OrderedDictionary<string, JsonElement> Jobs(JsonElement run) =>
        new(run.GetProperty("jobs").EnumerateArray().Select(job => new KeyValuePair<string, JsonElement>(job.GetProperty("name").GetString()!, job.GetProperty("counts"))));
}

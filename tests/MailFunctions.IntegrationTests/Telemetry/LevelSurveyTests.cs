using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Recovery;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.IntegrationTests.Telemetry;

/// <summary>The levels that a timer run reads from storage.</summary>
public sealed class LevelSurveyTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Waiting_held_and_unreadable_mail_is_reported()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        using var levels = new HeardLevels(pipeline);
        var old = await MailAsync(pipeline, Lane.Bulk, TimeSpan.FromMinutes(20), EmailState.Queued);
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Bulk, [new NamedAttempt(old, 1)], TimeSpan.Zero, Cancellation);
        var held = await MailAsync(pipeline, Lane.Bulk, TimeSpan.FromMinutes(20), EmailState.Dead);
        var resolved = await MailAsync(pipeline, Lane.Bulk, TimeSpan.FromMinutes(20), EmailState.Discarded);
        foreach (var id in (EmailId[])[held, resolved])
            await pipeline.Get<HeldIndex>().AddAsync(id, EmailState.Dead, id.MintedAt, Cancellation);
        await pipeline.Storage.Table(StorageNames.DeadLettersTable).AddEntityAsync(new Azure.Data.Tables.TableEntity("mail-bulk", "1"), Cancellation);

        await pipeline.Get<ScheduleTimer>().RunAsync(Cancellation);

        var told = levels.Read();
        Assert.InRange(told[(MetricNames.OldestWaiting, "bulk")], 1200, 1500);
        Assert.Equal(0, told[(MetricNames.OldestWaiting, "transactional")]);
        Assert.Equal(1, told[(MetricNames.Held, "dead")]);
        Assert.Equal(0, told[(MetricNames.Held, "uncertain")]);
        Assert.Equal(1, told[(MetricNames.DeadLetters, "")]);
    }

    [Fact]
    public async Task A_held_mail_is_counted_despite_many_decided_ones_after_it()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        using var levels = new HeardLevels(pipeline);
        var held = await MailAsync(pipeline, Lane.Bulk, TimeSpan.FromMinutes(20), EmailState.Dead);
        var resolved = await MailAsync(pipeline, Lane.Bulk, TimeSpan.FromMinutes(20), EmailState.Discarded);
        await pipeline.Get<HeldIndex>().AddAsync(held, EmailState.Dead, held.MintedAt, Cancellation);
        await Task.WhenAll(Enumerable.Range(1, LevelSurvey.MaxHeld + 1)
            .Select(later => pipeline.Get<HeldIndex>().AddAsync(resolved, EmailState.Dead, held.MintedAt + TimeSpan.FromSeconds(later), Cancellation)));

        await pipeline.Get<LevelSurvey>().RunAsync(Cancellation);

        Assert.Equal(1, levels.Read()[(MetricNames.Held, "dead")]);
    }

    [Fact]
    public async Task Mail_that_no_relay_takes_waits_though_its_message_is_hidden()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        using var levels = new HeardLevels(pipeline);
        var id = await MailAsync(pipeline, Lane.Transactional, TimeSpan.FromMinutes(5), EmailState.Deferred);

        await pipeline.Get<StalledMailRecovery>().LookAtAsync(MinutePartition.MinuteOf(id.MintedAt), Cancellation);
        await pipeline.Get<LevelSurvey>().RunAsync(Cancellation);

        Assert.InRange(levels.Read()[(MetricNames.OldestWaiting, "transactional")], 300, 600);
    }

    [Fact]
    public async Task The_oldest_unattempted_mail_is_reported_by_every_process_until_it_is_attempted()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 40, 0, TimeSpan.Zero));
        var account = azurite.TakeAccount();
        await using var relay = new ScriptedSmtpServer();
        await using var first = await StartAsync(account, relay, clock);
        await using var second = await StartAsync(account, relay, clock);
        var id = await MailAsync(first, Lane.Transactional, TimeSpan.Zero, EmailState.Deferred);
        await TellAsync(first);
        clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(360, await TellAsync(first));

        clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(1200, await TellAsync(second));

        var later = await MailAsync(first, Lane.Transactional, TimeSpan.FromMinutes(4), EmailState.Deferred);
        var row = (await first.Ledger.ReadAsync(id, Cancellation))!;
        Assert.NotNull(await first.Ledger.TryUpdateAsync(row with { Attempt = 1, EventMinutes = [MinutePartition.Key(id.Shard, id.MintedAt)] }, Cancellation));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(300, await TellAsync(second));
        row = (await first.Ledger.ReadAsync(later, Cancellation))!;
        Assert.NotNull(await first.Ledger.TryUpdateAsync(row with { State = EmailState.Canceled, EndedAt = clock.GetUtcNow() }, Cancellation));
        Assert.Equal(0, await TellAsync(first));
    }

    [Fact]
    public async Task Levels_are_not_read_when_no_collector_listens()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(storage).WithRelay(relay).StartAsync();

        await pipeline.Get<ScheduleTimer>().RunAsync(Cancellation);

        Assert.Contains(storage.Requests, request => request.Name == StorageNames.ScheduleTable);
        Assert.DoesNotContain(storage.Requests, request => request is { Method: "GET", Name: StorageNames.HeldTable or StorageNames.DeadLettersTable });
    }

    private static Task<TestApp> StartAsync(string account, ScriptedSmtpServer relay, TimeProvider clock) =>
        TestApp.On(account).WithRelay(relay).WithClock(clock).StartAsync();

    /// <summary>What one run of the timer says of transactional mail.</summary>
    private static async Task<double> TellAsync(TestApp pipeline)
    {
        using var levels = new HeardLevels(pipeline);
        await pipeline.Get<ScheduleTimer>().RunAsync(Cancellation);
        return levels.Read()[(MetricNames.OldestWaiting, "transactional")];
    }

    private static async Task<EmailId> MailAsync(TestApp pipeline, Lane lane, TimeSpan age, EmailState state)
    {
        var now = pipeline.Get<TimeProvider>().GetUtcNow();
        var ids = EmailId.Mint(now - age, 1);
        await QueuedMails.InsertAsync(pipeline, lane, ids, Cancellation, (_, row) => row with
        {
            State = state,
            DueAt = state == EmailState.Deferred ? now + TimeSpan.FromHours(1) : null,
            EndedAt = state.IsOpen() ? null : row.AcceptedAt,
        });
        return ids[0];
    }
}

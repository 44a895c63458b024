using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Crash;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Api.Emails;

/// <summary>Mail for later: sent then, moved, or taken back.</summary>
public sealed class ScheduleTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scheduled_mail_waits_in_the_schedule_and_is_sent_with_the_scheduled_date()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();

        var accepted = (await pipeline.SubmitOneAsync(Later(TimeSpan.FromDays(300)), Cancellation)).Require(202);

        Assert.Equal("scheduled", accepted.Body.GetProperty("status").GetString());
        Assert.False(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
        var row = await pipeline.RowAsync(accepted.EmailId, Cancellation);
        Assert.Equal((row.ScheduledAt, row.ScheduledAt + TimeSpan.FromHours(24)), (row.DueAt, row.ExpiresAt));
        Assert.Equal(0, await pipeline.Get<Dispatcher>().RunAsync(Cancellation));

        await TimeTravel.MakeDueAsync(pipeline.Storage, accepted.EmailId, Cancellation);
        Assert.Equal(1, await pipeline.Get<Dispatcher>().RunAsync(Cancellation));
        var sent = await pipeline.DeliverUntilAsync(accepted.EmailId, Cancellation, EmailState.Sent);
        Assert.Equal(1, sent.Attempt);
        var date = DateTimeOffset.Parse(Assert.Single(relay.Mails).Header("Date")!, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(row.ScheduledAt!.Value - date, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Mail_for_a_minute_from_now_is_a_hidden_message_and_not_sent_before()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var due = pipeline.Get<TimeProvider>().GetUtcNow() + TimeSpan.FromSeconds(3);

        var id = (await pipeline.SubmitOneAsync(Later(due), Cancellation)).Require(202).EmailId;

        var sent = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        Assert.InRange(sent.EndedAt!.Value - due, -TimeSpan.FromSeconds(1), Hang.After);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2020-01-01T00:00:00Z")]
    [InlineData("2999-01-01T00:00:00Z")]
    [InlineData("2027-01-01T00:00:00")]
    public async Task A_time_that_cannot_be_is_refused_at_accept_and_at_a_change(string time)
    {
        await using var pipeline = await StartAsync();
        var id = (await pipeline.SubmitOneAsync(Later(TimeSpan.FromDays(1)), Cancellation)).Require(202).EmailId;

        (await pipeline.SubmitOneAsync(TestApp.Mail(more: $",\"scheduled_at\":\"{time}\""), Cancellation)).Require(422);
        (await pipeline.RescheduleAsync(id, $"{{\"scheduled_at\":\"{time}\"}}", Cancellation)).Require(422);
        (await pipeline.RescheduleAsync(id, "{}", Cancellation)).Require(422);
    }

    [Fact]
    public async Task An_expiry_before_the_scheduled_time_is_refused_and_a_later_one_survives_rescheduling()
    {
        await using var pipeline = await StartAsync();
        var now = pipeline.Get<TimeProvider>().GetUtcNow();

        (await pipeline.SubmitOneAsync(TestApp.Mail(more: $",\"scheduled_at\":\"{now.AddDays(2):O}\",\"expires_at\":\"{now.AddDays(1):O}\""), Cancellation)).Require(422);
        var end = now.AddDays(2).AddHours(3);
        var id = (await pipeline.SubmitOneAsync(TestApp.Mail(more: $",\"scheduled_at\":\"{now.AddDays(2):O}\",\"expires_at\":\"{end:O}\""), Cancellation)).Require(202).EmailId;
        (await pipeline.RescheduleAsync(id, $"{{\"scheduled_at\":\"{now.AddDays(1):O}\"}}", Cancellation)).Require(200);
        Assert.Equal(now.AddDays(2), (await pipeline.RowAsync(id, Cancellation)).ExpiresAt);
        (await pipeline.RescheduleAsync(id, $"{{\"scheduled_at\":\"{now.AddDays(2):O}\"}}", Cancellation)).Require(200);
        Assert.Equal(end, (await pipeline.RowAsync(id, Cancellation)).ExpiresAt);
        (await pipeline.RescheduleAsync(id, $"{{\"scheduled_at\":\"{now.AddDays(3):O}\"}}", Cancellation)).Require(422);
    }

    [Fact]
    public async Task Mail_rescheduled_to_now_is_sent_once_and_its_old_wake_up_is_harmless()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var id = (await pipeline.SubmitOneAsync(Later(TimeSpan.FromDays(1)), Cancellation)).Require(202).EmailId;

        var moved = (await pipeline.RescheduleAsync(id, $"{{\"scheduled_at\":\"{pipeline.Get<TimeProvider>().GetUtcNow():O}\"}}", Cancellation)).Require(200);

        Assert.Equal("scheduled", moved.Body.GetProperty("status").GetString());
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        await MakeAllDueAsync(pipeline);
        Assert.InRange(await pipeline.Get<Dispatcher>().RunAsync(Cancellation), 1, 2);
        while (await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation))
        {
        }

        Assert.Single(relay.Mails);
        (await pipeline.RescheduleAsync(id, $"{{\"scheduled_at\":\"{pipeline.Get<TimeProvider>().GetUtcNow().AddHours(1):O}\"}}", Cancellation)).Require(409);
    }

    [Fact]
    public async Task Mail_rescheduled_to_a_later_time_is_not_sent_at_the_earlier_one()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var id = (await pipeline.SubmitOneAsync(Later(TimeSpan.FromDays(1)), Cancellation)).Require(202).EmailId;
        (await pipeline.RescheduleAsync(id, $"{{\"scheduled_at\":\"{pipeline.Get<TimeProvider>().GetUtcNow().AddDays(2):O}\"}}", Cancellation)).Require(200);

        // What wakes it wakes it too early.
        await MakeAllDueAsync(pipeline);
        await pipeline.Get<Dispatcher>().RunAsync(Cancellation);
        while (await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation))
        {
        }

        Assert.Empty(relay.Mails);
        Assert.Equal(EmailState.Scheduled, (await pipeline.RowAsync(id, Cancellation)).State);
        // It will be woken again.
        await TimeTravel.MakeDueAsync(pipeline.Storage, id, Cancellation);
        Assert.InRange(await pipeline.Get<Dispatcher>().RunAsync(Cancellation), 1, 3);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
    }

    private Task<TestApp> StartAsync() => TestApp.On(azurite).StartAsync();

    private static string Later(TimeSpan wait) => Later(TimeProvider.System.GetUtcNow() + wait);

    private static string Later(DateTimeOffset time) => TestApp.Mail(more: $",\"scheduled_at\":\"{time:O}\"");

    /// <summary>As if all that the schedule holds had been put there for now.</summary>
    private static async Task MakeAllDueAsync(TestApp pipeline)
    {
        var schedule = pipeline.Storage.Table(StorageNames.ScheduleTable);
        foreach (var row in await schedule.QueryAsync<TableEntity>(cancellationToken: Cancellation).Select(ScheduleRow.FromEntity).ToListAsync(Cancellation))
        {
            await schedule.AddEntityAsync(ScheduleRow.ToEntity(row.Lane, row.Mail, TimeProvider.System.GetUtcNow()), Cancellation);
            await schedule.DeleteEntityAsync(row.PartitionKey, row.RowKey, cancellationToken: Cancellation);
        }
    }
}

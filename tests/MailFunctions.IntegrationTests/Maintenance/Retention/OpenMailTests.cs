using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Recovery;
using MailFunctions.Queue;
using MailFunctions.Storage;

namespace MailFunctions.IntegrationTests.Maintenance.Retention;

/// <summary>Mail that is open although it is more than a day old, and has lost what would wake it, whatever that was lost by.</summary>
public sealed class OpenMailTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("queued", nameof(EmailState.Sent))]
    [InlineData("deferred, and past due", nameof(EmailState.Sent))]
    [InlineData("scheduled, and past due", nameof(EmailState.Sent))]
    [InlineData("waiting without a relay", nameof(EmailState.Sent))]
    [InlineData("being sent by a worker that was lost", nameof(EmailState.Uncertain))]
    [InlineData("past its time", nameof(EmailState.Expired))]
    public async Task Open_mail_that_lost_its_message_is_requeued_each_day_however_often(string stands, string state)
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var id = await PutAsync(scene, stands);
        await scene.Pipeline.Get<DailyRecovery>().LookAtAsync(MinutePartition.MinuteOf(id.MintedAt), Cancellation);
        for (var day = 0; day < 3; day++)
        {
            Assert.Equal(1, await CountAsync(scene));
            await scene.Pipeline.Storage.Queue(Lane.Bulk).ClearMessagesAsync(Cancellation);
            await LookAfterAsync(scene, Day);
        }

        await scene.DispatchAsync();
        var row = await scene.FindAsync(id);
        Assert.True(row!.State == Enum.Parse<EmailState>(state), $"{row.State}: {row.Reason}");
        Assert.Equal(Enum.Parse<EmailState>(state) == EmailState.Sent ? 1 : 0, scene.Relay.Mails.Count);

        // What is over is looked at no more.
        await LookAfterAsync(scene, Day);
        if (row.State.IsFinal())
            Assert.Empty(await RememberedAsync(scene));
    }

    [Theory]
    [InlineData("queued")]
    [InlineData("being sent by a worker that was lost")]
    public async Task The_purge_requeues_stalled_mail_that_recovery_has_no_record_of(string stands)
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var id = await PutAsync(scene, stands);

        await scene.RunAfterAsync(TimeSpan.FromDays(8));

        Assert.Equal(1, await CountAsync(scene));
        Assert.Equal([id.PartitionKey], (await RememberedAsync(scene)).Select(row => row.PartitionKey));
        await scene.DispatchAsync();
        Assert.Equal(stands == "queued" ? EmailState.Expired : EmailState.Uncertain, (await scene.FindAsync(id))!.State);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("names another time")]
    [InlineData("names another attempt")]
    public async Task A_schedule_row_that_is_lost_is_put_again_before_its_mail_is_late(string row)
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var id = await PutAsync(scene, "scheduled in three days");
        var due = (await scene.FindAsync(id))!.DueAt!.Value;
        var table = scene.Pipeline.Storage.Table(StorageNames.ScheduleTable);
        if (row == "names another time")
            await table.AddEntityAsync(ScheduleRow.ToEntity(Lane.Bulk, new NamedAttempt(id, 1), due.AddDays(300)), Cancellation);
        if (row == "names another attempt")
            await table.AddEntityAsync(ScheduleRow.ToEntity(Lane.Bulk, new NamedAttempt(id, 2), due), Cancellation);

        await scene.Pipeline.Get<DailyRecovery>().LookAtAsync(MinutePartition.MinuteOf(id.MintedAt), Cancellation);
        for (var day = 0; day < 5; day++)
            await LookAfterAsync(scene, Day / 2);

        var right = Assert.Single(await ScheduleAsync(scene), found => found.Mail.Number == 1 && found.Due == due);
        Assert.Equal(id, right.Mail.Id);
        Assert.Equal(0, await CountAsync(scene));
    }

    [Fact]
    public async Task Scheduled_mail_that_is_not_due_is_left_as_it_is()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var id = await PutAsync(scene, "scheduled in three days");
        var before = (await scene.FindAsync(id))!;
        await scene.Pipeline.Get<ScheduledMessages>().PutAsync(Lane.Bulk, new NamedAttempt(id, 1), before.DueAt!.Value, Cancellation);

        await scene.Pipeline.Get<DailyRecovery>().LookAtAsync(MinutePartition.MinuteOf(id.MintedAt), Cancellation);
        for (var day = 0; day < 2; day++)
            await LookAfterAsync(scene, Day);

        Assert.Single(await ScheduleAsync(scene));
        Assert.Equal(0, await CountAsync(scene));
        Assert.Equal(before.ETag, (await scene.FindAsync(id))!.ETag);
    }

    [Fact]
    public async Task Mail_waiting_in_a_backlog_gets_no_second_message_from_repeated_recovery()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var now = scene.Clock.GetUtcNow();
        // The backlog's own messages are from now, by the queue's clock, and the mail became due somewhat later.
        var ids = EmailId.Mint(now - Day, 20);
        await QueuedMails.InsertAsync(scene.Pipeline, Lane.Bulk, ids, Cancellation, (_, row) => row with
        {
            State = EmailState.Deferred,
            DueAt = now.AddMinutes(1),
            Waits = 1,
            ExpiresAt = now.AddDays(30),
        });
        await scene.Pipeline.Get<LaneQueues>().PutAsync(Lane.Bulk, [.. ids.Select(id => new NamedAttempt(id, 1))], TimeSpan.Zero, Cancellation);
        await scene.Pipeline.Get<DailyRecovery>().LookAtAsync(MinutePartition.MinuteOf(now - Day), Cancellation);

        for (var day = 0; day < 4; day++)
            await LookAfterAsync(scene, Day);

        Assert.Equal(1, await CountAsync(scene));
    }

    [Fact]
    public async Task A_minute_of_the_day_is_come_by_once_also_around_midnight()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var open = scene.Pipeline.Get<OpenPartitions>();
        var midnight = new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);
        int[] minutes = [-600, -2, -1, 0, 1, 2, 600];
        foreach (var minute in minutes)
            await open.RememberAsync(MinutePartition.Key(3, midnight.AddDays(-9).AddMinutes(minute)), Cancellation);

        Assert.Equal([-1, 0, 1], await ReadAsync(-2, 1));
        Assert.Equal([1, 2], await ReadAsync(0, 2));
        Assert.Equal([2, 600, -600, -2, -1, 0, 1], await ReadAsync(1 - (24 * 60), 1));
        Assert.Empty(await ReadAsync(1, 1));

        async Task<List<int>> ReadAsync(int from, int to) =>
            await open.ReadAsync(midnight.AddMinutes(from), midnight.AddMinutes(to), Cancellation)
                .Select(found => (int)(MinutePartition.MinuteOf(found.PartitionKey) - midnight.AddDays(-9)).TotalMinutes).ToListAsync(Cancellation);
    }

    /// <summary>A mail of yesterday, and nothing that would wake it.</summary>
    private static async Task<EmailId> PutAsync(RetentionScene scene, string stands)
    {
        var now = scene.Clock.GetUtcNow();
        var id = EmailId.Mint(now - Day)[0];
        await QueuedMails.InsertAsync(scene.Pipeline, Lane.Bulk, [id], Cancellation, (_, row) =>
        {
            var key = EventKey.OfAttempt(id, 1, row.AcceptedAt);
            row = row with { ExpiresAt = row.AcceptedAt.AddDays(6) };
            return stands switch
            {
                "deferred, and past due" => row with { State = EmailState.Deferred, DueAt = row.AcceptedAt.AddHours(1), Attempt = 1, EventMinutes = [key.PartitionKey] },
                "scheduled, and past due" => row with { State = EmailState.Scheduled, ScheduledAt = row.AcceptedAt.AddHours(1), DueAt = row.AcceptedAt.AddHours(1) },
                "scheduled in three days" => row with { State = EmailState.Scheduled, ScheduledAt = now.AddDays(3), DueAt = now.AddDays(3) },
                "waiting without a relay" => row with { State = EmailState.Deferred, DueAt = row.AcceptedAt.AddHours(1), Waits = 7 },
                "being sent by a worker that was lost" => row with
                {
                    State = EmailState.Sending,
                    Attempt = 1,
                    EventMinutes = [key.PartitionKey],
                    Claim = new Claim("lost", row.AcceptedAt.AddMinutes(1), key, "relay"),
                },
                "past its time" => row with { ExpiresAt = row.AcceptedAt.AddHours(2) },
                _ => row,
            };
        });
        return id;
    }

    private static Task LookAfterAsync(RetentionScene scene, TimeSpan time)
    {
        scene.Clock.Advance(time);
        return scene.Pipeline.Get<OpenMailRecovery>().RunAsync(Cancellation);
    }

    private static Task<int> CountAsync(RetentionScene scene) => scene.Pipeline.CountMessagesAsync(StorageNames.BulkQueue, Cancellation);

    private static async Task<List<OpenPartition>> RememberedAsync(RetentionScene scene)
    {
        var now = scene.Clock.GetUtcNow();
        return await scene.Pipeline.Get<OpenPartitions>().ReadAsync(now - Day, now, Cancellation).ToListAsync(Cancellation);
    }

    private static async Task<List<ScheduleRow>> ScheduleAsync(RetentionScene scene) => await scene.Pipeline.Storage.Table(StorageNames.ScheduleTable)
        .QueryAsync<TableEntity>(cancellationToken: Cancellation).Select(ScheduleRow.FromEntity).ToListAsync(Cancellation);
}

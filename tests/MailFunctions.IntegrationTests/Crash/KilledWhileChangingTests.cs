using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>A call that moves a scheduled mail or takes it back dies between any two of its writes: what it decided stands, or the call is made again.</summary>
public sealed class KilledWhileChangingTests(AzuriteFixture azurite)
{
    private static readonly Dictionary<string, (Func<StorageRequest, bool> Write, int Nth)> Moves = new()
    {
        ["after what wakes it at the new time"] = (Writes.IsScheduleRow, 1),
        ["after the ledger row"] = (Writes.IsMove, 1),
        ["after what wakes it once more"] = (Writes.IsScheduleRow, 2),
    };

    private static readonly Dictionary<string, Func<StorageRequest, bool>> Cancels = new()
    {
        ["after the ledger row"] = request => Writes.IsLedgerUpdate(request, EmailState.Canceled),
        ["after the event row"] = Writes.IsEvent,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> MovePoints => [.. Moves.Keys];

    public static TheoryData<string> CancelPoints => [.. Cancels.Keys];

    [Theory]
    [MemberData(nameof(MovePoints))]
    public async Task A_mail_that_is_moved_is_sent_once_and_not_before_the_time_it_says(string point)
    {
        await using var scene = await CrashScene.CreateAsync(azurite, TestSettings.PatientLease);
        var (id, at) = await ScheduleAsync(scene);
        scene.StopAfter(Moves[point].Write, Moves[point].Nth);
        var later = at + TimeSpan.FromHours(1);

        var moving = scene.CallAsync(HttpMethod.Patch, $"emails/{id}", FormattableString.Invariant($"{{\"scheduled_at\":\"{later:O}\"}}"));
        await scene.KillAtStopAsync();
        Assert.Null(await moving);
        await scene.LaunchAsync();
        var isMoved = point != "after what wakes it at the new time";
        Assert.Equal(isMoved ? later : at, (await scene.ReadAsync(id))!.Value.GetProperty("scheduled_at").GetDateTimeOffset());

        // Whatever is left in the schedule wakes it now; before its time it is only put back.
        await TimeTravel.MakeScheduleDueAsync(scene.Behind, Cancellation);
        await scene.RunTimerAsync("Dispatch");
        await Eventually.NothingIsMissingAsync(async () => await PutBackAsync(scene) ? null : "the mail has not been put back.", () => Task.FromResult(scene.Said()));
        Assert.Equal("scheduled", (await scene.ReadAsync(id))!.Value.GetProperty("status").GetString());
        await scene.MakeDueAsync(id);
        await scene.RunTimerAsync("Dispatch");
        await scene.UntilQuietAsync([id]);

        (await scene.AftermathAsync(id)).Require("sent", received: 1, attempts: 1, uncertain: 0);
        await scene.RequireStatisticsAsync(id);
    }

    [Theory]
    [MemberData(nameof(CancelPoints))]
    public async Task A_mail_that_is_taken_back_is_canceled_and_never_sent(string point)
    {
        await using var scene = await CrashScene.CreateAsync(azurite, TestSettings.PatientLease);
        var (id, _) = await ScheduleAsync(scene);
        scene.StopAfter(Cancels[point]);

        var canceling = scene.CallAsync(HttpMethod.Post, $"emails/{id}/cancel");
        await scene.KillAtStopAsync();
        Assert.Null(await canceling);
        await scene.LaunchAsync();
        Assert.Equal("canceled", (await scene.ReadAsync(id))!.Value.GetProperty("status").GetString());

        Assert.Equal(200, (await scene.CallAsync(HttpMethod.Post, $"emails/{id}/cancel"))!.Value.Status);
        await TimeTravel.MakeScheduleDueAsync(scene.Behind, Cancellation);
        await scene.RunTimerAsync("Dispatch");
        await scene.UntilQuietAsync([id]);

        (await scene.AftermathAsync(id)).Require("canceled", received: 0, attempts: 0, uncertain: 0);
        await scene.RequireStatisticsAsync(id);
    }

    private static async Task<bool> PutBackAsync(CrashScene scene)
    {
        var rows = await scene.Behind.Table(StorageNames.ScheduleTable).QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation);
        return rows.Count > 0 && rows.TrueForAll(row => ScheduleRow.FromEntity(row).Due > TimeProvider.System.GetUtcNow()) && await scene.CountMessagesAsync() == 0;
    }

    /// <summary>Accepted by call, for a time that needs a row of the schedule.</summary>
    private static async Task<(string Id, DateTimeOffset At)> ScheduleAsync(CrashScene scene)
    {
        await scene.LaunchAsync();
        var at = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().AddHours(1).ToUnixTimeSeconds());
        var id = await scene.PostAsync(TestApp.Mail(more: FormattableString.Invariant($",\"scheduled_at\":\"{at:O}\"")));
        Assert.Equal(1, await scene.CountScheduledAsync());
        return (id!, at);
    }
}

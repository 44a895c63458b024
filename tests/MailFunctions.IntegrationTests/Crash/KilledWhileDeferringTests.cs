using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>Rule 5: the message or row for later, then the ledger row, and only then the queue message goes.</summary>
public sealed class KilledWhileDeferringTests(AzuriteFixture azurite)
{
    private static readonly Dictionary<string, Func<StorageRequest, bool>> Stops = new()
    {
        ["after the event row"] = Writes.IsEvent,
        ["after the hidden queue message"] = request => Writes.IsLaneMessage(request, attempt: 2),
        ["after the schedule row"] = Writes.IsScheduleRow,
        ["after the ledger row"] = request => Writes.IsLedgerUpdate(request, EmailState.Deferred),
    };

    public static TheoryData<string> ShortWait => ["after the event row", "after the hidden queue message", "after the ledger row"];

    public static TheoryData<string> LongWait => ["after the event row", "after the schedule row", "after the ledger row"];

    [Theory]
    [MemberData(nameof(ShortWait))]
    public async Task A_mail_that_waits_in_a_hidden_message_is_tried_again_and_sent_once(string point)
    {
        await using var scene = await CrashScene.CreateAsync(azurite);
        var id = await DeferAndKillAsync(scene, point);
        await scene.UntilQuietAsync([id]);

        (await scene.AftermathAsync(id)).Require("sent", received: 1, attempts: 2, uncertain: 0);
        await scene.RequireStatisticsAsync(id);
    }

    [Theory]
    [MemberData(nameof(LongWait))]
    public async Task A_mail_that_waits_in_the_schedule_is_tried_again_and_sent_once(string point)
    {
        await using var scene = await CrashScene.CreateAsync(
            azurite, (TestSettings.TransactionalFirst, "00:05:00"), (TestSettings.TransactionalLongest, "00:05:00"));
        var id = await DeferAndKillAsync(scene, point);
        await Eventually.NothingIsMissingAsync(
            async () =>
            {
                var status = (await scene.ReadAsync(id))?.GetProperty("status").GetString();
                var (messages, scheduled) = (await scene.CountMessagesAsync(), await scene.CountScheduledAsync());
                return status == "deferred" && messages == 0 && scheduled > 0 ? null : $"it is {status}, with {messages} messages and {scheduled} rows in the schedule.";
            },
            () => Task.FromResult(scene.Said()));
        await scene.MakeDueAsync(id);
        await scene.RunTimerAsync("Dispatch");
        await scene.UntilQuietAsync([id]);

        (await scene.AftermathAsync(id)).Require("sent", received: 1, attempts: 2, uncertain: 0);
        await scene.RequireStatisticsAsync(id);
    }

    private static async Task<string> DeferAndKillAsync(CrashScene scene, string point)
    {
        scene.Relay.Script = exchange => exchange is { Verb: "RCPT", Seen: 1 } ? SmtpAction.Reply("451 4.3.0 Not now") : null;
        await scene.LaunchAsync();
        scene.StopAfter(Stops[point]);

        var id = await scene.PostAsync(TestApp.Mail());
        await scene.KillAtStopAsync();
        await scene.LaunchAsync();
        return id!;
    }
}

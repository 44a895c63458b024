using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>The dispatcher puts the queue message, then deletes the row: a crash in between puts it twice, and the claim makes that harmless.</summary>
public sealed class KilledWhileDispatchingTests(AzuriteFixture azurite)
{
    private static readonly Dictionary<string, Func<StorageRequest, bool>> Stops = new()
    {
        ["after the queue message"] = request => Writes.IsLaneMessage(request, attempt: 2),
        ["after the row was deleted"] = Writes.IsScheduleDelete,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Points => [.. Stops.Keys];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_mail_that_is_due_is_sent_once(string point)
    {
        await using var scene = await CrashScene.CreateAsync(
            azurite, (TestSettings.TransactionalFirst, "00:05:00"), (TestSettings.TransactionalLongest, "00:05:00"));
        scene.Relay.Script = exchange => exchange is { Verb: "RCPT", Seen: 1 } ? SmtpAction.Reply("451 4.3.0 Not now") : null;
        string id;
        await using (var pipeline = await scene.PrepareAsync())
        {
            id = (await pipeline.SubmitAsync(TestApp.Mail(), Cancellation)).ToString();
            Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
            Assert.Equal(1, await scene.CountScheduledAsync());
            await scene.MakeDueAsync(id);
        }

        scene.StopAfter(Stops[point]);
        await scene.LaunchIntoStopAsync("Dispatch");
        await scene.LaunchAsync();
        await scene.RunTimerAsync("Dispatch");
        await scene.UntilQuietAsync([id]);

        (await scene.AftermathAsync(id)).Require("sent", received: 1, attempts: 2, uncertain: 0);
        await scene.RequireStatisticsAsync(id);
    }

    /// <summary>So many are due that mails of different minutes share messages, and rows go by the hundred.</summary>
    [Theory]
    [InlineData("after the third message", 3)]
    [InlineData("after rows were deleted", 0)]
    public async Task A_crash_while_dispatching_many_due_mails_sends_each_of_them_once(string point, int messages)
    {
        await using var scene = await CrashScene.CreateAsync(azurite, TestSettings.PatientLease);
        IReadOnlyList<string> ids;
        await using (var pipeline = await scene.PrepareAsync())
        {
            var mails = await ScheduledMails.PutAsync(
                pipeline, 130, TimeSpan.FromMinutes(1), number => number % 10 == 0 ? Lane.Transactional : Lane.Bulk, Cancellation);
            ids = [.. mails.Select(id => id.ToString())];
        }

        scene.Delivers = false;
        scene.StopAfter(messages > 0 ? request => Writes.IsLaneMessage(request, attempt: 1) : Writes.IsScheduleDelete, Math.Max(1, messages));
        await scene.LaunchIntoStopAsync("Dispatch");
        Assert.True(await scene.CountScheduledAsync() == (messages > 0 ? 130 : 30), $"{await scene.CountScheduledAsync()} rows are left {point}.");
        scene.Delivers = true;
        await scene.LaunchAsync();
        await scene.RunTimerAsync("Dispatch");
        await scene.UntilQuietAsync(ids);

        foreach (var id in ids)
            (await scene.AftermathAsync(id)).Require("sent", received: 1, attempts: 1, uncertain: 0);
    }
}

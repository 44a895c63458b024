using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>Rule 1: the ledger row is the commit of an accept. Before it nothing was promised, after it everything.</summary>
public sealed class KilledWhileAcceptingTests(AzuriteFixture azurite)
{
    private static readonly Dictionary<string, Func<StorageRequest, bool>> BeforeTheCommit = new()
    {
        ["after the blob of an attachment"] = Writes.IsAttachmentBlob,
        ["after the blob of the content"] = Writes.IsContentBlob,
        ["after the queue message"] = request => Writes.IsLaneMessage(request, attempt: 1),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Points => [.. BeforeTheCommit.Keys];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_crash_before_the_commit_accepts_nothing_and_the_retry_is_sent_once(string point)
    {
        await using var scene = await CrashScene.CreateAsync(azurite, TestSettings.PatientLease);
        await scene.LaunchAsync();
        scene.StopAfter(BeforeTheCommit[point]);

        var posting = scene.PostAsync(LargeMail);
        var stop = await scene.KillAtStopAsync();
        Assert.Null(await posting);
        var (lost, queued) = Writes.NamedIn(stop) is [var named] ? (named.Id.ToString(), 1) : (stop.Path.Split('/')[1], 0);
        await scene.LaunchAsync();
        var id = await scene.PostAsync(LargeMail);
        Assert.True(id is not null, scene.Said());
        await scene.UntilQuietAsync([id], leftOver: queued);

        (await scene.AftermathAsync(id)).Require("sent", received: 1, attempts: 1, uncertain: 0);
        Assert.Null(await scene.ReadAsync(lost));
        Assert.Single(scene.Relay.Mails);
        if (queued > 0)
        {
            // A worker met the message that has no row, and put it back for later.
            await Eventually.ComesAsync(
                scene.Storage.Requests.WaitForAsync(
                    request => request.Number > stop.Number && Writes.NamedIn(request).Any(mail => mail.Id.ToString() == lost), Cancellation),
                "the message put back");
            Assert.Equal(0, scene.CountReceived(lost));
        }

        await scene.RequireStatisticsAsync(id);
    }

    [Fact]
    public async Task A_crash_after_the_commit_still_sends_the_mail_although_no_answer_was_returned()
    {
        await using var scene = await CrashScene.CreateAsync(azurite, TestSettings.PatientLease);
        await scene.LaunchAsync();
        scene.StopAfter(Writes.IsAccept);

        var posting = scene.PostAsync(LargeMail);
        await scene.KillAtStopAsync();
        Assert.Null(await posting);
        var id = await scene.Ledger.ReadMinuteAsync(MinutePartition.MinuteOf(TimeProvider.System.GetUtcNow()), Cancellation)
            .Concat(scene.Ledger.ReadMinuteAsync(MinutePartition.MinuteOf(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(1)), Cancellation))
            .Select(row => row.Id.ToString())
            .SingleAsync(Cancellation);
        await scene.LaunchAsync();
        await scene.UntilQuietAsync([id]);

        (await scene.AftermathAsync(id)).Require("sent", received: 1, attempts: 1, uncertain: 0);
        await scene.RequireStatisticsAsync(id);
    }

    /// <summary>Its content and its attachment each need a blob.</summary>
    private static string LargeMail => TestApp.Mail(
        more: $$""","html":"{{new string('x', 40_000)}}","attachments":[{"filename":"a.bin","content":"{{Convert.ToBase64String(new byte[40_000])}}"}]""");
}

using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>Rules 3 and 4: between the claim and the event row nobody can know, and everybody can see that; after it, all is known.</summary>
public sealed class KilledWhileSendingTests(AzuriteFixture azurite)
{
    private static readonly Dictionary<string, Func<StorageRequest, bool>> Known = new()
    {
        ["after the event row"] = Writes.IsEvent,
        ["after the ledger row, before the host deletes the message"] = request => Writes.IsLedgerUpdate(request, EmailState.Sent),
    };

    /// <summary>The writes of whoever settles the attempt of a worker that was lost.</summary>
    private static readonly Dictionary<string, Func<StorageRequest, bool>> Settling = new()
    {
        ["after the event row"] = Writes.IsEvent,
        ["after the message of the next attempt"] = request => Writes.IsLaneMessage(request, attempt: 2),
        ["after the entry of what awaits a person"] = Writes.IsHeldEntry,
        ["after the ledger row"] = request => Writes.IsLedgerUpdate(request, EmailState.Deferred) || Writes.IsLedgerUpdate(request, EmailState.Uncertain),
    };

    public static TheoryData<string> Points => [.. Known.Keys];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task A_recorded_outcome_stands_after_a_crash_and_the_mail_is_not_sent_again(string point)
    {
        await using var scene = await CrashScene.CreateAsync(azurite);
        await scene.LaunchAsync();
        scene.StopAfter(Known[point]);

        var id = await scene.PostAsync(TestApp.Mail());
        await scene.KillAtStopAsync();
        await scene.LaunchAsync();
        await scene.UntilQuietAsync([id!]);

        (await scene.AftermathAsync(id!)).Require("sent", received: 1, attempts: 1, uncertain: 0);
        await scene.RequireStatisticsAsync(id!);
    }

    [Theory]
    [InlineData("transactional", "sent", 1, 2)]
    [InlineData("bulk", "uncertain", 0, 1)]
    public async Task A_crash_after_the_claim_makes_the_attempt_uncertain_and_the_policy_decides(string lane, string status, int received, int attempts)
    {
        await using var scene = await CrashScene.CreateAsync(azurite);
        await scene.LaunchAsync();
        scene.StopAfter(Writes.IsClaim);

        var id = await scene.PostAsync(TestApp.Mail(lane: lane));
        await scene.KillAtStopAsync();
        await scene.LaunchAsync();
        await scene.UntilQuietAsync([id!]);

        (await scene.AftermathAsync(id!)).Require(status, received, attempts, uncertain: 1);
        await scene.RequireStatisticsAsync(id!);
    }

    [Theory]
    [InlineData("transactional", "sent", 2, 2)]
    [InlineData("bulk", "uncertain", 1, 1)]
    public async Task A_crash_before_the_final_reply_makes_the_attempt_uncertain_and_the_policy_decides(string lane, string status, int received, int attempts)
    {
        await using var scene = await CrashScene.CreateAsync(azurite);
        await scene.LaunchAsync();
        scene.Relay.Script = exchange => exchange is { Verb: SmtpExchange.FinalDot, Seen: 1 } ? SmtpAction.Stall.Stored() : null;

        var id = await scene.PostAsync(TestApp.Mail(lane: lane));
        await Eventually.ComesAsync(scene.Relay.WaitForMailsAsync(1, TestContext.Current.CancellationToken), "a mail at the relay");
        await scene.KillAsync();
        await scene.LaunchAsync();
        await scene.UntilQuietAsync([id!]);

        (await scene.AftermathAsync(id!)).Require(status, received, attempts, uncertain: 1);
        await scene.RequireStatisticsAsync(id!);
    }

    [Theory]
    [InlineData("transactional", "sent", 1, 2)]
    [InlineData("bulk", "uncertain", 0, 1)]
    public async Task A_crash_during_the_content_gives_the_relay_no_mail_and_the_policy_decides(string lane, string status, int received, int attempts)
    {
        await using var scene = await FlowingFileScene.CreateAsync(azurite);
        await scene.PutFileAsync("film.mp4", 5_000_000);
        await scene.LaunchAsync();
        scene.Storage.Faults = request => request is { Name: FlowingFileScene.Files, Method: "GET" } && scene.Relay.Exchanges.Any(exchange => exchange.Verb == "DATA")
            ? StorageFault.HoldAnswerAfter(2_000_000)
            : StorageFault.None;

        var id = await scene.PostAsync(FlowingFileScene.MailWith("film.mp4", lane));
        await Eventually.ComesAsync(scene.Storage.Held.WaitForAsync(held => held.Name == FlowingFileScene.Files, TestContext.Current.CancellationToken), "half of the content");
        await scene.KillAsync();
        await scene.LaunchAsync();
        await scene.UntilQuietAsync([id!]);

        (await scene.AftermathAsync(id!)).Require(status, received, attempts, uncertain: 1);
        await scene.RequireStatisticsAsync(id!);
    }

    [Theory]
    [InlineData("transactional", "after the event row", "sent", 1, 2)]
    [InlineData("transactional", "after the message of the next attempt", "sent", 1, 2)]
    [InlineData("transactional", "after the ledger row", "sent", 1, 2)]
    [InlineData("bulk", "after the event row", "uncertain", 0, 1)]
    [InlineData("bulk", "after the entry of what awaits a person", "uncertain", 0, 1)]
    [InlineData("bulk", "after the ledger row", "uncertain", 0, 1)]
    public async Task A_lost_attempt_is_settled_even_after_a_second_crash_while_settling_it(string lane, string point, string status, int received, int attempts)
    {
        await using var scene = await CrashScene.CreateAsync(azurite);
        await scene.LaunchAsync();
        scene.StopAfter(Writes.IsClaim);
        var id = await scene.PostAsync(TestApp.Mail(lane: lane));
        await scene.KillAtStopAsync();

        scene.StopAfter(Settling[point]);
        await scene.LaunchIntoStopAsync();
        await scene.LaunchAsync();
        await scene.UntilQuietAsync([id!]);

        (await scene.AftermathAsync(id!)).Require(status, received, attempts, uncertain: 1);
        await scene.RequireStatisticsAsync(id!);
    }
}

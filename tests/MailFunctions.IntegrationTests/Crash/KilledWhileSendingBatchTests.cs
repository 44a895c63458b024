using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>A chunk of a batch whose worker dies half-way is resumed, and only what was in its hands may be uncertain.</summary>
public sealed class KilledWhileSendingBatchTests(AzuriteFixture azurite)
{
    private const int Emails = 100;

    /// <summary>The mail of the chunk at whose final dot the worker dies: in the middle of the second window.</summary>
    private const int Last = ClaimGroup.MaxMails + 12;

    [Theory]
    [InlineData("hold", "uncertain")]
    [InlineData("retry", "sent")]
    public async Task A_crash_halfway_through_a_chunk_leaves_only_mail_in_progress_uncertain(string policy, string status)
    {
        await using var scene = await CrashScene.CreateAsync(azurite);
        var dots = 0;
        scene.Relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot && Interlocked.Increment(ref dots) == Last ? SmtpAction.Stall.Stored() : null;
        await scene.LaunchAsync();
        var emails = string.Join(',', Enumerable.Range(0, Emails).Select(i => $$"""{"to":"r{{i}}@example.com"}"""));

        var accepted = await scene.CallAsync(
            HttpMethod.Post,
            "emails/batch",
            $$"""{"defaults":{"from":"a@example.org","subject":"x","text":"x","lane":"bulk","on_uncertain":"{{policy}}"},"emails":[{{emails}}]}""");
        Assert.Equal(202, accepted!.Value.Status);
        string[] ids = [.. accepted.Value.Body.GetProperty("data").EnumerateArray().Select(email => email.GetProperty("id").GetString()!)];
        await Eventually.ComesAsync(scene.Relay.WaitForMailsAsync(Last, TestContext.Current.CancellationToken), "half of the chunk at the relay");
        await scene.KillAsync();
        await scene.LaunchAsync();
        await scene.UntilQuietAsync(ids);

        var uncertain = 0;
        foreach (var id in ids)
        {
            var mail = await scene.AftermathAsync(id);
            uncertain += mail.Uncertain;
            Assert.True(mail.Received <= (policy == "hold" ? 1 : 1 + mail.Uncertain), mail.Told);
            Assert.True(mail.Status == (mail.Uncertain > 0 ? status : "sent") && (mail.Status == "uncertain" || mail.Received >= 1), mail.Told);
        }

        // The one whose reply was awaited, and at most the others of its window.
        Assert.InRange(uncertain, 1, ClaimGroup.MaxMails);
        await scene.RequireStatisticsAsync(ids);
    }
}

using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Delivery;

/// <summary>A write that storage refuses, and not for being down, costs no more than itself.</summary>
public sealed class RefusedWriteTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Outcomes_that_are_refused_together_are_recorded_one_by_one()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(proxy).WithRelay(relay).StartAsync();
        var emails = string.Join(',', Enumerable.Range(0, 5).Select(i => $$"""{"to":["r{{i}}@example.com"]}"""));
        var ids = (await pipeline.SubmitBatchAsync(
            $$"""{"defaults":{"from":"shop@example.org","subject":"June","text":"Hello","lane":"bulk"},"emails":[{{emails}}]}""", Cancellation)).Require(202).Emails;
        proxy.Faults = request => request is { Name: StorageNames.EventsTable, Verb: "batch" } ? StorageFault.RefuseWith(400) : StorageFault.None;

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        Assert.Contains(proxy.Requests, request => request is { Name: StorageNames.EventsTable, Verb: "batch" });
        Assert.All((await pipeline.Ledger.ReadManyAsync(ids, Cancellation)).Values, row => Assert.Equal(EmailState.Sent, row.State));
        Assert.Equal(5, relay.Mails.Count);
    }

    [Fact]
    public async Task A_renewal_that_is_refused_is_followed_by_others_and_the_lease_is_kept()
    {
        await using var relay = new ScriptedSmtpServer { Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Stall : null };
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(proxy).WithRelay(relay).With(TestSettings.Lease, "00:00:18").StartAsync();
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        // The first is the claim, the second its first renewal.
        proxy.Faults = request => request is { Name: StorageNames.EmailsTable, Verb: "merge", Seen: 2 } ? StorageFault.RefuseWith(400) : StorageFault.None;

        var delivering = pipeline.DeliverNextAsync(Lane.Transactional, Cancellation);
        await proxy.Answers.WaitForAsync(answer => answer.IsSuccess && answer.Request is { Name: StorageNames.EmailsTable, Verb: "merge", Seen: >= 4 }, Cancellation);
        relay.Script = _ => null;
        relay.Release();
        await delivering;

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Sent, 1), (row.State, row.Attempt));
        Assert.Single(relay.Mails);
    }
}

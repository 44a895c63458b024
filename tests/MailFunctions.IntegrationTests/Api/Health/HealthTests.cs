using MailFunctions.Api.Health;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Api.Health;

public sealed class HealthTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_reports_only_its_status_and_shares_one_storage_check_between_calls()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(storage).WithRelay(relay).StartAsync();
        var before = storage.Requests.Count;

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync(pipeline)));

        Assert.All(answers, answer => Assert.Equal((StatusCodes.Status200OK, """{"status":"healthy","sender_domains":"pending"}"""), answer));
        Assert.Equal(3, storage.Requests.Count - before);
    }

    [Fact]
    public async Task Health_is_bad_while_storage_is_and_does_not_say_why()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(storage).WithRelay(relay).StartAsync();
        storage.Outage = true;

        Assert.Equal((StatusCodes.Status503ServiceUnavailable, """{"status":"unhealthy"}"""), await AskAsync(pipeline));
    }

    private static async Task<(int Status, string Body)> AskAsync(TestApp pipeline)
    {
        var (status, body, _) = await pipeline.AnswerAsync(_ => pipeline.Get<HealthReader>().ReadAsync(Cancellation), Cancellation);
        return (status, body.RootElement.GetRawText());
    }
}

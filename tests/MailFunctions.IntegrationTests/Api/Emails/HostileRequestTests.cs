using MailFunctions.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Storage;
using MailFunctions.TestPeers;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Api.Emails;

public sealed class HostileRequestTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hostile_request_is_refused_with_a_detail_and_leaves_nothing_stored()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();

        foreach (var hostile in HostileRequests.All)
        {
            var (status, body, _) = await pipeline.AnswerAsync(
                context =>
                {
                    context.Request.ContentType = hostile.ContentType;
                    return pipeline.Get<EmailIntake>().SubmitAsync(context.Request, Caller.Operator, Cancellation);
                },
                Cancellation,
                hostile.Body);

            Assert.True(status == hostile.Status, $"{hostile.Name}: {status} {body.RootElement}");
            Assert.True(body.RootElement.TryGetProperty("detail", out var detail) && detail.GetString()!.Length > 10, hostile.Name);
        }

        Assert.True(HostileRequests.All.Count >= 100);
        foreach (var queue in StorageNames.Queues)
            Assert.Equal(0, await pipeline.CountMessagesAsync(queue, Cancellation));
        Assert.Empty(await pipeline.Storage.Table(StorageNames.EmailsTable).QueryAsync<Azure.Data.Tables.TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation));
    }
}

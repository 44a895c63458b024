using Azure.Storage.Queues;
using MailFunctions.IntegrationTests.Fixtures;

namespace MailFunctions.IntegrationTests.LocalHost.Children;

public sealed class AzuriteTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task The_started_Azurite_takes_a_message_and_gives_it_back()
    {
        var queue = new QueueClient(azurite.ConnectionString, AzuriteFixture.UniqueName("hello-"));
        await queue.CreateAsync(cancellationToken: TestContext.Current.CancellationToken);

        await queue.SendMessageAsync("hello", TestContext.Current.CancellationToken);

        var received = await queue.ReceiveMessageAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("hello", received.Value.Body.ToString());
    }
}

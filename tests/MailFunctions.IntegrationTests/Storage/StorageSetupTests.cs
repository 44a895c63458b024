using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailFunctions.IntegrationTests.Storage;

public sealed class StorageSetupTests(AzuriteFixture azurite)
{
    /// <summary>As the Functions worker does, whose service that takes invocations is registered before anything of ours.</summary>
    [Fact]
    public async Task Missing_queues_are_created_before_a_service_registered_earlier_starts()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddConfiguration(TestSettings.Configuration((TestSettings.Storage, azurite.TakeAzuriteAccount()), (TestSettings.Relay("Url"), TestSettings.NoRelay)));
        builder.Services.AddSingleton<Earlier>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Earlier>());
        builder.Services.AddMailFunctions(builder.Configuration);
        using var host = builder.Build();

        await host.StartAsync(cancellationToken);

        Assert.Equal(StorageNames.Queues.Order(), host.Services.GetRequiredService<Earlier>().Found.Order());
        await host.StopAsync(cancellationToken);
    }

    private sealed class Earlier(StorageClients storage) : IHostedService
    {
        public List<string> Found { get; } = [];

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            foreach (var name in StorageNames.Queues)
            {
                if (await storage.Queue(name).ExistsAsync(cancellationToken))
                    Found.Add(name);
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

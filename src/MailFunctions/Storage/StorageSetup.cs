using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MailFunctions.Storage;

/// <summary>Creates what is missing before anything runs, where that is the app's business (<see cref="StorageOptions.CreateMissing"/>).</summary>
internal sealed class StorageSetup(StorageClients storage, IOptions<StorageOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.CreateMissing ?? storage.IsLocal)
            await CreateAsync(storage, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal static Task CreateAsync(StorageClients storage, CancellationToken cancellationToken) => Task.WhenAll(
    [
        .. StorageNames.Tables.Select(name => storage.Table(name).CreateIfNotExistsAsync(cancellationToken)),
        .. StorageNames.Queues.Select(name => storage.Queue(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken)),
        storage.Container(StorageNames.ContentContainer).CreateIfNotExistsAsync(cancellationToken: cancellationToken),
    ]);
}

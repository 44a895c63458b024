using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MailFunctions.Storage;

/// <summary>Creates missing tables, queues and containers before anything runs (<see cref="StorageOptions.CreateMissing"/>).</summary>
/// <remarks>
/// Runs in <see cref="StartingAsync"/>, which a host awaits before it starts any service: the Functions worker registers the
/// service that takes invocations before all of the app's.
/// </remarks>
internal sealed class StorageSetup(StorageClients storage, IOptions<StorageOptions> options, IOptions<AttachmentOptions> attachments) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (options.Value.CreateMissing ?? storage.IsLocal)
            await CreateAsync(storage, attachments.Value.Container, cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal static Task CreateAsync(StorageClients storage, string? attachments, CancellationToken cancellationToken) => Task.WhenAll(
    [
        .. StorageNames.Tables.Select(name => storage.Table(name).CreateIfNotExistsAsync(cancellationToken)),
        .. StorageNames.Queues.Select(name => storage.Queue(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken)),
        .. new[] { StorageNames.ContentContainer, attachments }.OfType<string>().Where(name => name.Length > 0)
            .Select(name => storage.Container(name).CreateIfNotExistsAsync(cancellationToken: cancellationToken)),
    ]);
}

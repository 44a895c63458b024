using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MailFunctions.Storage;
using Microsoft.Extensions.Caching.Memory;

namespace MailFunctions.Ledger;

/// <summary>The blobs of the container mail-content. They are never written twice with different bytes.</summary>
internal sealed class ContentBlobs(StorageClients storage) : IDisposable
{
    /// <summary>Bytes of shared blobs that a process keeps: the mails of a batch come one after the other.</summary>
    private const int MaxKept = 64 * 1024 * 1024;

    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(2);

    private readonly BlobContainerClient _container = storage.Container(StorageNames.ContentContainer);
    private readonly MemoryCache _shared = new(new MemoryCacheOptions { SizeLimit = MaxKept });

    public async Task UploadAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await _container.GetBlobClient(name).UploadAsync(new BinaryData(bytes), overwrite: true, cancellationToken);

    /// <exception cref="InvalidDataException">The blob is gone.</exception>
    public async Task<ReadOnlyMemory<byte>> DownloadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            BlobDownloadResult result = await _container.GetBlobClient(name).DownloadContentAsync(cancellationToken);
            return result.Content.ToMemory();
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            // Not an outage: it is this mail that cannot be sent, and no other has to wait for it.
            throw new InvalidDataException($"The blob {name} of its content is gone.", missing);
        }
    }

    /// <summary>As <see cref="DownloadAsync"/>, for what many mails ask for: kept in memory for a while.</summary>
    public async Task<ReadOnlyMemory<byte>> DownloadSharedAsync(string name, CancellationToken cancellationToken)
    {
        if (_shared.TryGetValue(name, out ReadOnlyMemory<byte> kept))
            return kept;

        var bytes = await DownloadAsync(name, cancellationToken);
        return _shared.Set(name, bytes, new MemoryCacheEntryOptions { Size = Math.Max(1, bytes.Length), SlidingExpiration = KeptFor });
    }

    public void Dispose() => _shared.Dispose();
}

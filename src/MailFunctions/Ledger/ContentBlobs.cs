using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MailFunctions.Storage;

namespace MailFunctions.Ledger;

/// <summary>The blobs of the container mail-content. A blob is never overwritten with different bytes.</summary>
internal sealed class ContentBlobs(StorageClients storage, KeptBytes kept)
{
    /// <summary>The prefix in the last part of the name of a blob that several mails share.</summary>
    public const string SharedBlobs = "shared-";

    private readonly BlobContainerClient _container = storage.Container(StorageNames.ContentContainer);

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
            // Not an outage: only this mail cannot be sent; no other has to wait for it.
            throw new InvalidDataException($"The blob {name} of its content is gone.", missing);
        }
    }

    /// <summary>Deletes the blobs <c>{prefix}/…</c>: a mail's own, or those stored once for it and others.</summary>
    public async Task DeleteAsync(string prefix, bool shared, CancellationToken cancellationToken)
    {
        await foreach (var name in NamesAsync(shared ? $"{prefix}/{SharedBlobs}" : $"{prefix}/", cancellationToken))
        {
            if (shared || !IsShared(name))
                await _container.DeleteBlobIfExistsAsync(name, cancellationToken: cancellationToken);
        }
    }

    /// <summary>Renews the write time of the blobs <c>{prefix}/…</c>, so that they count as new.</summary>
    public async Task TouchAsync(string prefix, CancellationToken cancellationToken)
    {
        await foreach (var name in NamesAsync($"{prefix}/", cancellationToken))
            await _container.GetBlobClient(name).SetMetadataAsync(new Dictionary<string, string>(), cancellationToken: cancellationToken);
    }

    /// <summary>Does the same as <see cref="DownloadAsync"/> for blobs that many mails use: they are kept in memory for a while.</summary>
    public Task<ReadOnlyMemory<byte>> DownloadSharedAsync(string name, CancellationToken cancellationToken) =>
        kept.GetAsync(name, () => DownloadAsync(name, cancellationToken));

    private static bool IsShared(string name) => name.Contains($"/{SharedBlobs}", StringComparison.Ordinal);

    private IAsyncEnumerable<string> NamesAsync(string prefix, CancellationToken cancellationToken) =>
        _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellationToken).Select(blob => blob.Name);
}

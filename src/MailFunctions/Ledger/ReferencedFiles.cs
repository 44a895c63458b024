using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MailFunctions.Storage;
using Microsoft.Extensions.Options;

namespace MailFunctions.Ledger;

/// <summary>The blobs that mails may name: pinned when a mail is accepted, and read as they were when it is sent, or not at all.</summary>
internal sealed class ReferencedFiles(StorageClients storage, KeptBytes kept, IOptions<AttachmentOptions> options)
{
    /// <summary>Null: mails cannot name any.</summary>
    public string? Container { get; } = options.Value.Container is { Length: > 0 } container ? container : null;

    /// <summary>Reads a file once, in small pieces, and says what it is now.</summary>
    /// <param name="name">Checked by <c>BlobName</c>.</param>
    /// <param name="most">Bytes; a longer file is not read.</param>
    public async Task<FoundFile> PinAsync(string name, long most, CancellationToken cancellationToken)
    {
        try
        {
            using var found = (await BlobOf(Container!, name).DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
            var length = found.Details.ContentLength;
            if (length > most)
                return new FoundFile(null, length, null);
            var hash = await SHA256.HashDataAsync(found.Content, cancellationToken);
            return new FoundFile(new FileReference(Container!, name, found.Details.ETag.ToString(), Convert.ToHexStringLower(hash), length), length, null);
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return FoundFile.Wrong("names no file: there is no blob of that name in the container");
        }
        catch (RequestFailedException changed) when (changed.Status == 412)
        {
            return FoundFile.Wrong("names a file that was being written: send the request again");
        }
        catch (RequestFailedException refused) when (refused.Status == 400)
        {
            return FoundFile.Wrong("is no name that storage knows");
        }
    }

    /// <summary>The bytes that were pinned, read whole before a relay hears of the mail.</summary>
    /// <exception cref="InvalidDataException">They are not there any more.</exception>
    public Task<ReadOnlyMemory<byte>> ReadAsync(FileReference file, CancellationToken cancellationToken) =>
        // Many mails may name the same file, one after the other.
        kept.GetAsync($"{file.Container}/{file.Name}#{file.ETag}#{file.Sha256}", () => DownloadAsync(file, cancellationToken));

    private async Task<ReadOnlyMemory<byte>> DownloadAsync(FileReference file, CancellationToken cancellationToken)
    {
        try
        {
            var asPinned = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = new ETag(file.ETag) } };
            using var found = (await BlobOf(file.Container, file.Name).DownloadStreamingAsync(asPinned, cancellationToken)).Value;
            var bytes = GC.AllocateUninitializedArray<byte>(checked((int)file.Length));
            if (found.Details.ContentLength != file.Length)
                throw Changed(file);
            await found.Content.ReadExactlyAsync(bytes, cancellationToken);
            return Convert.ToHexStringLower(SHA256.HashData(bytes)) == file.Sha256 ? bytes : throw Changed(file);
        }
        catch (RequestFailedException other) when (other.Status == 412 || other.ErrorCode == BlobErrorCode.BlobNotFound || other.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            // Not an outage: it is this mail that cannot be sent, and no other has to wait for it.
            throw Changed(file);
        }
    }

    private BlobClient BlobOf(string container, string name) => storage.Container(container).GetBlobClient(name);

    private static InvalidDataException Changed(FileReference file) => new($"The attached file {file.Name} has been changed or deleted since the mail was accepted.");
}

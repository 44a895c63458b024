using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MailFunctions.Mail;
using MailFunctions.Storage;
using Microsoft.Extensions.Options;

namespace MailFunctions.Ledger;

/// <summary>The blobs that mails may refer to: pinned when a mail is accepted, and read unchanged when it is sent, or not at all.</summary>
internal sealed class ReferencedFiles(StorageClients storage, KeptBytes kept, TimeProvider clock, IOptions<AttachmentOptions> options)
{
    /// <summary>The largest file, in bytes, that is read whole and kept for a while, like content that mails of a batch share.</summary>
    internal const int MostKept = 1024 * 1024;

    /// <summary>The container; null if mails cannot refer to files.</summary>
    public string? Container { get; } = options.Value.Container is { Length: > 0 } container ? container : null;

    /// <summary>Reads a file's properties, but not its bytes.</summary>
    /// <param name="name">Checked by <c>BlobName</c>.</param>
    /// <returns>The file's present version, without its hash.</returns>
    public Task<FoundFile> LookAsync(string name, CancellationToken cancellationToken) => FindAsync(async () =>
    {
        var found = (await BlobOf(Container!, name).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
        return Found(new FileReference(Container!, name, found.ETag.ToString(), "", found.ContentLength));
    });

    /// <summary>Reads a file once, in small pieces, and returns its present version.</summary>
    /// <param name="name">Checked by <c>BlobName</c>.</param>
    /// <param name="most">The limit in bytes; a longer file is not read.</param>
    public Task<FoundFile> PinAsync(string name, long most, CancellationToken cancellationToken) => FindAsync(async () =>
    {
        using var found = (await BlobOf(Container!, name).DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
        var length = found.Details.ContentLength;
        if (length > most)
            return new FoundFile(null, length, null);
        var hash = await SHA256.HashDataAsync(found.Content, cancellationToken);
        return Found(new FileReference(Container!, name, found.Details.ETag.ToString(), Convert.ToHexStringLower(hash), length));
    });

    private static FoundFile Found(FileReference file) => new(file, file.Length, null);

    private static async Task<FoundFile> FindAsync(Func<Task<FoundFile>> find)
    {
        try
        {
            return await find();
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return FoundFile.Wrong("names no file: there is no blob of that name in the container");
        }
        catch (RequestFailedException changed) when (changed.Status == 412)
        {
            return FoundFile.BeingWritten;
        }
        catch (RequestFailedException refused) when (refused.Status == 400)
        {
            return FoundFile.Wrong("is no name that storage knows");
        }
    }

    /// <summary>
    /// Prepares a pinned file before the mail goes to any relay. A small file is read, since many mails may name it one after
    /// the other; a larger one is only checked, and streamed when the mail is sent.
    /// </summary>
    /// <exception cref="UnreadableFileException">The file is gone.</exception>
    public async Task<Attachment> PrepareAsync(Attachment attachment, FileReference file, CancellationToken cancellationToken)
    {
        if (file.Length <= MostKept)
            return attachment with { Bytes = await kept.GetAsync($"{file.Container}/{file.Name}#{file.ETag}#{file.Sha256}", () => DownloadAsync(file, cancellationToken)) };

        var pinned = new PinnedFile(file, BlobOf(file.Container, file.Name), clock);
        await pinned.RequireAsync(cancellationToken);
        return attachment with { Flowing = new FlowingFile(pinned.Length, pinned.CopyToAsync) };
    }

    private async Task<ReadOnlyMemory<byte>> DownloadAsync(FileReference file, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream(checked((int)file.Length));
        try
        {
            await new PinnedFile(file, BlobOf(file.Container, file.Name), clock).CopyToAsync(bytes, cancellationToken);
            return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
        }
        catch (UnreadableFileException outage) when (outage.IsOutage)
        {
            // Not the mail's fault, since it has not gone to a relay yet.
            throw new IOException(outage.Message, outage);
        }
    }

    private BlobClient BlobOf(string container, string name) => storage.Container(container).GetBlobClient(name);
}

using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MailFunctions.Storage;

namespace MailFunctions.Ledger;

/// <summary>
/// Keeps what a mail says. Small content stands in the ledger row itself. Otherwise every attachment is a blob,
/// <c>{id}/0</c>, <c>{id}/1</c> …, as raw bytes, and the rest stands in the row, or, when it is large itself, in the blob
/// <c>{id}/content</c>.
/// </summary>
internal sealed class ContentStore(StorageClients storage)
{
    /// <summary>Bytes of one row property at most; Azure takes 64 KiB. A transaction of 100 rows shares 4 MiB.</summary>
    public const int MaxInline = 32 * 1024;

    private readonly BlobContainerClient _container = storage.Container(StorageNames.ContentContainer);

    /// <summary>Writes the blobs that the content needs. Without the ledger row that names them they are garbage that may be dropped.</summary>
    public async Task<StoredContent> SaveAsync(EmailId id, EmailContent content, CancellationToken cancellationToken)
    {
        if (content.Attachments.Sum(attachment => (long)attachment.Bytes.Length) <= MaxInline)
        {
            var whole = EmailContentSerializer.Serialize(content);
            if (whole.Length <= MaxInline)
                return new StoredContent(whole.ToArray(), null);
        }

        var prefix = id.ToString();
        for (var i = 0; i < content.Attachments.Count; i++)
            await UploadAsync(AttachmentBlob(prefix, i), content.Attachments[i].Bytes, cancellationToken);

        var rest = EmailContentSerializer.Serialize(
            content with { Attachments = [.. content.Attachments.Select(attachment => attachment with { Bytes = default })] });
        if (rest.Length <= MaxInline)
            return new StoredContent(rest.ToArray(), prefix);

        await UploadAsync(ContentBlob(prefix), rest, cancellationToken);
        return new StoredContent(null, prefix);
    }

    public async Task<EmailContent> LoadAsync(StoredContent stored, CancellationToken cancellationToken)
    {
        if (stored.BlobName is not { } prefix)
            return EmailContentSerializer.Deserialize(stored.Inline);

        var content = EmailContentSerializer.Deserialize(stored.Inline ?? await DownloadAsync(ContentBlob(prefix), cancellationToken));
        var attachments = new List<Attachment>(content.Attachments.Count);
        for (var i = 0; i < content.Attachments.Count; i++)
            attachments.Add(content.Attachments[i] with { Bytes = await DownloadAsync(AttachmentBlob(prefix, i), cancellationToken) });
        return content with { Attachments = attachments };
    }

    private static string ContentBlob(string prefix) => $"{prefix}/content";

    private static string AttachmentBlob(string prefix, int index) => FormattableString.Invariant($"{prefix}/{index}");

    private async Task UploadAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await _container.GetBlobClient(name).UploadAsync(new BinaryData(bytes), overwrite: true, cancellationToken);

    private async Task<byte[]> DownloadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            BlobDownloadResult result = await _container.GetBlobClient(name).DownloadContentAsync(cancellationToken);
            return result.Content.ToArray();
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            // Not an outage: it is this mail that cannot be sent, and no other has to wait for it.
            throw new InvalidDataException($"The blob {name} of its content is gone.", missing);
        }
    }
}

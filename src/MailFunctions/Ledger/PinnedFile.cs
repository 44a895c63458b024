using System.Buffers;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Ledger;

/// <summary>A blob that is read exactly as it was when a mail was accepted, or not at all: in pieces, any number of times.</summary>
internal sealed class PinnedFile(FileReference file, BlobClient blob, TimeProvider clock)
{
    private const int Piece = 64 * 1024;

    /// <summary>
    /// The time limit for one piece, retries included. A relay waits five minutes for content (RFC 5321 section 4.5.3.2.7).
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The length in bytes.</summary>
    public long Length => file.Length;

    private BlobRequestConditions AsPinned => new() { IfMatch = new ETag(file.ETag) };

    /// <summary>Checks that the file still exists and is unchanged, by its ETag and length.</summary>
    /// <exception cref="UnreadableFileException">The file is gone or has changed.</exception>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await blob.GetPropertiesAsync(AsPinned, cancellationToken);
            if (found.Value.ContentLength != file.Length)
                throw Changed();
        }
        catch (RequestFailedException other) when (IsOther(other))
        {
            // Not an outage: only this mail cannot be sent; no other has to wait for it.
            throw Changed();
        }
    }

    /// <summary>Copies the bytes. Only its return confirms that they were the right ones.</summary>
    /// <exception cref="UnreadableFileException">
    /// The file is gone, has changed, or cannot be read; some bytes may have been copied.
    /// </exception>
    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            await using var source = await ReadingAsync(OpenAsync, cancellationToken);
            while (await ReadingAsync(token => source.ReadAsync(buffer.AsMemory(0, Piece), token).AsTask(), cancellationToken) is var read and > 0)
            {
                hash.AppendData(buffer, 0, read);
                // An exception of the target does not concern the file.
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256)
            throw Changed();
    }

    private async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        var found = (await blob.DownloadStreamingAsync(new BlobDownloadOptions { Conditions = AsPinned }, cancellationToken)).Value;
        if (found.Details.ContentLength == file.Length)
            return found.Content;
        found.Dispose();
        throw Changed();
    }

    private async Task<T> ReadingAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await read(either.Token);
        }
        catch (RequestFailedException other) when (IsOther(other))
        {
            throw Changed();
        }
        catch (RequestFailedException refused) when (!StorageFault.Is(refused))
        {
            // The file was moved to the archive tier, for instance: only this mail cannot be sent.
            throw new UnreadableFileException($"Storage refuses the attached file {file.Name} ({refused.ErrorCode}).", inner: null);
        }
        catch (Exception exception) when ((exception is OperationCanceledException || StorageFault.Is(exception)) && !cancellationToken.IsCancellationRequested)
        {
            throw new UnreadableFileException($"Storage did not give the attached file {file.Name}.", exception);
        }
    }

    private static bool IsOther(RequestFailedException failed) => failed.Status is 404 or 412;

    private UnreadableFileException Changed() => new($"The attached file {file.Name} has been changed or deleted since the mail was accepted.", inner: null);
}

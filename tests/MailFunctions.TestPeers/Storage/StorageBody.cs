using System.Text;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.TestPeers.Storage;

/// <summary>The body of a request: read whole when it is small, left in its stream when it is large or of unknown length.</summary>
internal sealed record StorageBody(byte[]? Octets, Stream? Stream)
{
    /// <summary>A table transaction has at most 4 MiB.</summary>
    private const int MaxOctets = 5 * 1024 * 1024;

    private const int MaxText = 128 * 1024;

    public string? Text { get; } = Octets is { Length: <= MaxText } ? Encoding.UTF8.GetString(Octets) : null;

    public static async Task<StorageBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is not <= MaxOctets)
            return new StorageBody(null, request.Headers.TransferEncoding.Count == 0 && request.ContentLength is null ? null : request.Body);
        var octets = new byte[(int)request.ContentLength];
        await request.Body.ReadExactlyAsync(octets, cancellationToken);
        return new StorageBody(octets, null);
    }

    public HttpContent? ToContent() => Octets is not null ? new ByteArrayContent(Octets) : Stream is not null ? new StreamContent(Stream) : null;
}

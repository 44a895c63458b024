using System.Net;
using System.Net.Http.Headers;

namespace MailFunctions.Client.Calls;

/// <summary>
/// A JSON body. A large one has no length, and so is sent chunked over HTTP/1.1 (RFC 9112 section 7.1): the Functions
/// host reads a body of known length into a string before the function gets it, which was measured at about 14 bytes of
/// memory for each byte of the body, and passes a chunked one on as it arrives.
/// </summary>
internal sealed class JsonBody : HttpContent
{
    /// <summary>
    /// The size from which a body is large: ten times that of a long mail without files. Below it the host's copies are
    /// some megabytes, and proxies can use the length.
    /// </summary>
    public const int ChunkedFrom = 256 * 1024;

    /// <summary>The bytes written at a time, and so the size of a chunk.</summary>
    private const int PieceBytes = 64 * 1024;

    private readonly ReadOnlyMemory<byte> _body;

    public JsonBody(ReadOnlyMemory<byte> body)
    {
        _body = body;
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var rest = _body; rest.Length > 0; rest = rest[Math.Min(rest.Length, PieceBytes)..])
            await stream.WriteAsync(rest[..Math.Min(rest.Length, PieceBytes)], cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return _body.Length < ChunkedFrom;
    }
}

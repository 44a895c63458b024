using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Http.Requests;

/// <summary>The bytes of one request, in one buffer.</summary>
internal sealed record RequestBody(ReadOnlyMemory<byte> Bytes)
{
    private const int FirstGuess = 64 * 1024;

    public static readonly TimeSpan BusyRetryAfter = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Checks the content type. JSON is UTF-8 (RFC 8259 section 8.1), and its media type defines no parameters: one that is
    /// given has no effect (section 11). Only the bytes decide.
    /// </summary>
    /// <returns>A problem when the content type is not JSON.</returns>
    public static Problem? CheckContentType(string? contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        return (end < 0 ? type : type[..end]).Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase)
            ? null
            : Problem.UnsupportedMediaType("The Content-Type must be application/json.");
    }

    /// <param name="contentLength">The announced length: a bound for the buffer, which grows as bytes arrive.</param>
    /// <param name="memory">The request's share of the common memory; null charges nothing.</param>
    public static async Task<OrProblem<RequestBody>> ReadAsync(Stream stream, long? contentLength, HeldMemory? memory, CancellationToken cancellationToken)
    {
        if (contentLength > RequestLimits.BodyBytes)
            return TooLarge();
        if (memory?.HasRoomFor(contentLength ?? FirstGuess) == false)
            return Busy();

        try
        {
            var (buffer, length) = await FillAsync(stream, contentLength, memory, cancellationToken);
            if (buffer is null)
                return Busy();
            return length > RequestLimits.BodyBytes ? TooLarge() : CheckText(buffer.AsMemory(0, length));
        }
        catch (BadHttpRequestException e)
        {
            // The server has its own limits, and a client may stop sending half-way.
            return e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge() : Problem.InvalidBody("The body ended before it was complete.");
        }
    }

    /// <summary>Reads to the end, or one byte beyond the limit. Bytes that are announced but never arrive cost nothing.</summary>
    /// <returns>No buffer when there is no memory for the next larger one.</returns>
    private static async Task<(byte[]? Buffer, int Length)> FillAsync(Stream stream, long? contentLength, HeldMemory? memory, CancellationToken cancellationToken)
    {
        // One byte more than announced, for the read that detects the end.
        var most = (int)Math.Max(contentLength ?? RequestLimits.BodyBytes, 0) + 1;
        var buffer = Array.Empty<byte>();
        var length = 0;
        while (length <= RequestLimits.BodyBytes)
        {
            if (length == buffer.Length)
            {
                var size = SizeAfter(buffer.Length, most);
                if (memory?.TryHold(size) == false)
                    return (null, 0);
                var larger = GC.AllocateUninitializedArray<byte>(size);
                buffer.CopyTo(larger, 0);
                buffer = larger;
            }

            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                break;

            length += read;
        }

        return (buffer, length);
    }

    /// <summary>
    /// Returns four times the size, since each step copies. A body longer than announced keeps growing; refusing it is up
    /// to the server.
    /// </summary>
    private static int SizeAfter(int size, int most)
    {
        var next = (int)Math.Clamp(size * 4L, FirstGuess, RequestLimits.BodyBytes + 1);
        return size < most ? Math.Min(next, most) : next;
    }

    private static OrProblem<RequestBody> CheckText(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
            return Problem.InvalidJson("The body is empty.");
        if (body.Span.StartsWith(Encoding.UTF8.Preamble))
            return Problem.InvalidJson("Line 1, byte 1: the body begins with a byte order mark, which JSON must not have (RFC 8259 section 8.1).");
        if (!Utf8.IsValid(body.Span))
            return Problem.InvalidJson(string.Create(CultureInfo.InvariantCulture, $"The body is no valid UTF-8: byte {FirstInvalid(body.Span) + 1}, counted from 1, belongs to no character."));

        return new RequestBody(body);
    }

    private static int FirstInvalid(ReadOnlySpan<byte> body)
    {
        Span<char> chars = stackalloc char[1024];
        for (var done = 0; ;)
        {
            var status = Utf8.ToUtf16(body[done..], chars, out var read, out _, replaceInvalidSequences: false);
            done += read;
            if (status != OperationStatus.DestinationTooSmall)
                return done;
        }
    }

    private static Problem Busy() => Problem.ServerBusy(BusyRetryAfter, RequestLimits.BodyBytes);

    private static Problem TooLarge() =>
        Problem.TooLarge($"A body may have {RequestLimits.BodyBytes / (1024 * 1024)} MiB; attachments as base64 take four thirds of their size.");
}

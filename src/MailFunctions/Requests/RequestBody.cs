using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using MailFunctions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MailFunctions.Requests;

/// <summary>The bytes of one request, in one buffer.</summary>
internal sealed record RequestBody(ReadOnlyMemory<byte> Bytes)
{
    private const int FirstGuess = 64 * 1024;

    /// <returns>A problem when the content type is anything but JSON in UTF-8.</returns>
    public static Problem? CheckContentType(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type) || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            return Problem.UnsupportedMediaType("The Content-Type must be application/json.");

        return type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? Problem.UnsupportedMediaType("The charset of the Content-Type must be utf-8, or left out.")
            : null;
    }

    /// <param name="contentLength">Believed only as the size of the buffer: what arrives is what is counted.</param>
    public static async Task<OrProblem<RequestBody>> ReadAsync(Stream stream, long? contentLength, CancellationToken cancellationToken)
    {
        if (contentLength > RequestLimits.BodyBytes)
            return TooLarge();

        try
        {
            var (buffer, length) = await FillAsync(stream, contentLength, cancellationToken);
            return length > RequestLimits.BodyBytes ? TooLarge() : CheckText(buffer.AsMemory(0, length));
        }
        catch (BadHttpRequestException e)
        {
            // The server has limits of its own, and a client may stop in the middle.
            return e.StatusCode == StatusCodes.Status413PayloadTooLarge ? TooLarge() : Problem.InvalidBody("The body ended before it was complete.");
        }
    }

    /// <summary>Reads to the end, or one byte beyond what is allowed.</summary>
    private static async Task<(byte[] Buffer, int Length)> FillAsync(Stream stream, long? contentLength, CancellationToken cancellationToken)
    {
        // One byte more than announced, for the read that finds the end.
        var buffer = GC.AllocateUninitializedArray<byte>((int)Math.Max(contentLength ?? FirstGuess, 0) + 1);
        var length = 0;
        while (length <= RequestLimits.BodyBytes)
        {
            if (length == buffer.Length)
                buffer = Grow(buffer);

            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                break;

            length += read;
        }

        return (buffer, length);
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(buffer.Length * 2L, RequestLimits.BodyBytes + 1));
        buffer.CopyTo(larger, 0);
        return larger;
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

    private static Problem TooLarge() =>
        Problem.TooLarge($"A body may have {RequestLimits.BodyBytes / (1024 * 1024)} MiB; attachments as base64 take four thirds of their size.");
}

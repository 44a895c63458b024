using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MailFunctions.Http;

/// <summary>Drains the body of a request that was refused before it was read.</summary>
internal static class UnreadBody
{
    private const int Piece = 64 * 1024;

    /// <summary>
    /// Reads and discards the rest of a body after the answer is written. Otherwise a client that is still sending would see
    /// its connection reset, and might lose the answer with it (RFC 9112 section 9.6).
    /// </summary>
    /// <param name="most">The number of bytes after which the connection is left to the server.</param>
    public static async Task DrainAsync(HttpContext context, long most)
    {
        // A client that first asks whether to send (RFC 9110 section 10.1.1) sends nothing after a refusal.
        if (context.Request.Headers.ContainsKey(HeaderNames.Expect))
            return;

        await context.Response.Body.FlushAsync(context.RequestAborted);
        var piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (long drained = 0; drained <= most;)
            {
                var read = await context.Request.Body.ReadAsync(piece, context.RequestAborted);
                if (read == 0)
                    return;
                drained += read;
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client disconnected, or is too slow for the server; the answer has been written anyway.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}

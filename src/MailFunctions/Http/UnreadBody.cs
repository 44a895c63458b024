using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MailFunctions.Http;

/// <summary>The body of a request that was refused before it was read.</summary>
internal static class UnreadBody
{
    private const int Piece = 64 * 1024;

    /// <summary>
    /// Reads the rest of a body and keeps nothing of it, once the answer is written. A client that still sends would else find
    /// its connection reset, and may lose the answer with it (RFC 9112 section 9.6).
    /// </summary>
    /// <param name="most">Bytes, after which the connection is left to the server.</param>
    public static async Task DrainAsync(HttpContext context, long most)
    {
        // Who asks first whether to send (RFC 9110 section 10.1.1) sends nothing after a refusal.
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
            // The client left, or is too slow for the server: the answer is written all the same.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}

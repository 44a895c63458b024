using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Http;

/// <summary>Writes JSON answers. None may be cached: each reports the state at this moment.</summary>
internal static class JsonAnswer
{
    private const string Replayed = "Idempotent-Replayed";

    public static Task WriteAsync<T>(HttpContext context, int status, T value, JsonTypeInfo<T> type) =>
        WriteAsync(context, status, JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>Writes the answer to a submission; a header marks the replay for a repeated idempotency key.</summary>
    public static Task WriteReceivedAsync(HttpContext context, int status, byte[] body, bool isReplay)
    {
        if (isReplay)
            context.Response.Headers[Replayed] = "true";
        return WriteAsync(context, status, body);
    }

    private static async Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}

/// <summary>Answers with a JSON body, by default with status 200.</summary>
internal sealed class JsonResult<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) : IResult, IStatusCodeHttpResult
{
    public T Value => value;

    public int? StatusCode => status;

    public Task ExecuteAsync(HttpContext httpContext) => JsonAnswer.WriteAsync(httpContext, status, value, type);
}

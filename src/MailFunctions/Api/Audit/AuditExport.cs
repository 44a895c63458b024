using System.Text.Json;
using MailFunctions.Keys.Audit;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Audit;

/// <summary>
/// Writes entries as JSON lines while they are read. Azure cuts an answer off after 230 seconds, so a long export ends before
/// that with a line that says where the next one goes on.
/// </summary>
/// <param name="any">True if the enumerator stands at an entry.</param>
internal sealed class AuditExport(IAsyncEnumerator<AuditEntry> entries, bool any, AuditQuery query, TimeProvider clock) : IResult
{
    private const string ContentType = "application/x-ndjson; charset=utf-8";

    private static readonly TimeSpan LongestExport = TimeSpan.FromMinutes(3);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var reading = entries;
        var began = clock.GetTimestamp();
        var response = httpContext.Response;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = "attachment; filename=\"audit.jsonl\"";
        while (any)
        {
            var entry = entries.Current;
            if (query.Matches(entry))
                await WriteAsync(response, JsonSerializer.SerializeToUtf8Bytes(AuditCalls.AnswerOf(entry), ContractsJson.Default.AuditAnswer));
            any = await entries.MoveNextAsync();
            if (any && clock.GetElapsedTime(began) >= LongestExport)
            {
                await WriteAsync(response, JsonSerializer.SerializeToUtf8Bytes(new AuditContinuation(entry.Key.RowKey), ContractsJson.Default.AuditContinuation));
                return;
            }
        }
    }

    private static async Task WriteAsync(HttpResponse response, byte[] line)
    {
        await response.Body.WriteAsync(line, response.HttpContext.RequestAborted);
        await response.Body.WriteAsync("\n"u8.ToArray(), response.HttpContext.RequestAborted);
    }
}

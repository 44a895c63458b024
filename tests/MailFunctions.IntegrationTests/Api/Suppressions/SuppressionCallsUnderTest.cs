using System.Text;
using System.Text.Json;
using MailFunctions.Api.Suppressions;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Api.Suppressions;

/// <summary>The calls of the suppression list, as a caller makes them.</summary>
internal static class SuppressionCallsUnderTest
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<JsonElement> SuppressAsync(this TestApp pipeline, string address, string? json = null)
    {
        var (status, body) = await pipeline.CallAsync((calls, request) => calls.PutAsync(address, request, Caller.Operator, Cancellation), json);
        Assert.True(status == StatusCodes.Status200OK, $"{status}: {body}");
        return body;
    }

    public static async Task<int> AllowAsync(this TestApp pipeline, string address, string query = "") =>
        (await pipeline.CallAsync((calls, request) => calls.DeleteAsync(address, request, Caller.Operator, Cancellation), query: query)).Status;

    public static async Task<int> ImportAsync(this TestApp pipeline, IEnumerable<string> addresses)
    {
        var json = JsonSerializer.Serialize(new { suppressions = addresses.Select(address => new { address, reason = "bounce" }) });
        var (status, body) = await pipeline.CallAsync((calls, request) => calls.ImportAsync(request, Caller.Operator, Cancellation), json);
        Assert.True(status == StatusCodes.Status200OK, $"{status}: {body}");
        return body.GetProperty("imported").GetInt32();
    }

    public static async Task<(int Status, JsonElement Body)> CallAsync(
        this TestApp pipeline, Func<SuppressionCalls, HttpRequest, Task<IResult>> call, string? json = null, string query = "")
    {
        // An answer without a body is none for a parser.
        IResult? result = null;
        var (status, body, _) = await pipeline.AnswerAsync(
            async context =>
            {
                context.Request.QueryString = new QueryString(query);
                if (json is null)
                    context.Request.ContentType = null;
                result = await call(pipeline.Get<SuppressionCalls>(), context.Request);
                return result is IStatusCodeHttpResult { StatusCode: StatusCodes.Status204NoContent } ? Results.Json(new { }) : result;
            },
            Cancellation,
            json is null ? null : Encoding.UTF8.GetBytes(json));
        return (result is IStatusCodeHttpResult { StatusCode: { } known } ? known : status, body.RootElement);
    }
}

using System.Text;
using System.Text.Json;
using MailFunctions.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Api.Emails;

/// <summary>The calls of a sender, as the triggers make them.</summary>
internal static class Calls
{
    public static Task<Answer> SubmitOneAsync(this TestApp pipeline, string json, CancellationToken cancellationToken, string? key = null, string? functionKey = null, string? wait = null) =>
        CallAsync(pipeline, request => pipeline.Get<EmailIntake>().SubmitAsync(request, HolderOfKey(pipeline, request), cancellationToken), "/api/emails", json, key, functionKey, null, cancellationToken, wait);

    public static Task<Answer> SubmitBatchAsync(
        this TestApp pipeline, string json, CancellationToken cancellationToken, string? key = null, string? validation = null) =>
        CallAsync(pipeline, request => pipeline.Get<EmailIntake>().SubmitBatchAsync(request, HolderOfKey(pipeline, request), cancellationToken), "/api/emails/batch", json, key, null, validation, cancellationToken);

    public static Task<Answer> CancelAsync(this TestApp pipeline, EmailId id, CancellationToken cancellationToken) =>
        CallAsync(pipeline, _ => pipeline.Get<EmailCanceler>().CancelAsync(id.ToString(), Caller.Operator, cancellationToken), $"/api/emails/{id}/cancel", "", null, null, null, cancellationToken);

    public static Task<Answer> CancelBatchAsync(this TestApp pipeline, string id, CancellationToken cancellationToken) =>
        CallAsync(pipeline, _ => pipeline.Get<EmailCanceler>().CancelBatchAsync(id, Caller.Operator, cancellationToken), $"/api/batches/{id}/cancel", "", null, null, null, cancellationToken);

    public static Task<Answer> RescheduleAsync(this TestApp pipeline, EmailId id, string json, CancellationToken cancellationToken) =>
        CallAsync(pipeline, request => pipeline.Get<EmailRescheduler>().RescheduleAsync(id.ToString(), request, Caller.Operator, cancellationToken), $"/api/emails/{id}", json, null, null, null, cancellationToken);

    public static Task<Answer> ReadBatchAsync(this TestApp pipeline, string id, CancellationToken cancellationToken) =>
        CallAsync(pipeline, _ => pipeline.Get<BatchReader>().ReadAsync(id, Caller.Operator, cancellationToken), $"/api/batches/{id}", "", null, null, null, cancellationToken);

    /// <param name="query">Without its question mark.</param>
    public static async Task<Answer> ListAsync(this TestApp pipeline, string query, CancellationToken cancellationToken)
    {
        var (status, body, headers) = await pipeline.AnswerAsync(
            context =>
            {
                context.Request.QueryString = new QueryString($"?{query}");
                return pipeline.Get<EmailLister>().ListAsync(context.Request, Caller.Operator, cancellationToken);
            },
            cancellationToken);
        return new Answer(status, body.RootElement, headers);
    }

    private static Caller HolderOfKey(TestApp pipeline, HttpRequest request) =>
        Caller.OfFunctionKey(token => pipeline.Get<FunctionKeys>().FingerprintAsync(request, token), client: null);

    private static async Task<Answer> CallAsync(
        TestApp pipeline,
        Func<HttpRequest, Task<IResult>> call,
        string path,
        string json,
        string? key,
        string? functionKey,
        string? validation,
        CancellationToken cancellationToken,
        string? wait = null)
    {
        var (status, body, headers) = await pipeline.AnswerAsync(
            context =>
            {
                context.Request.Path = path;
                if (key is not null)
                    context.Request.Headers["Idempotency-Key"] = key;
                if (functionKey is not null)
                    context.Request.Headers["x-functions-key"] = functionKey;
                if (validation is not null)
                    context.Request.Headers["x-batch-validation"] = validation;
                if (wait is not null)
                    context.Request.Headers["Prefer"] = $"wait={wait}";
                return call(context.Request);
            },
            cancellationToken,
            Encoding.UTF8.GetBytes(json));
        return new Answer(status, body.RootElement, headers);
    }
}

internal sealed record Answer(int Status, JsonElement Body, IHeaderDictionary Headers)
{
    public string Id => Body.GetProperty("id").GetString()!;

    public EmailId EmailId => EmailId.Parse(Id);

    /// <summary>The cursor of a list; null at its end.</summary>
    public string? After => Body.GetProperty("after").GetString();

    /// <summary>The ids of the emails of a batch, or of a list.</summary>
    public IReadOnlyList<EmailId> Emails => [.. Body.GetProperty("data").EnumerateArray().Select(email => EmailId.Parse(email.GetProperty("id").GetString()!))];

    public string Name => Body.GetProperty("name").GetString()!;

    public Answer Require(int status)
    {
        Assert.True(Status == status, $"{Status}: {Body}");
        return this;
    }
}

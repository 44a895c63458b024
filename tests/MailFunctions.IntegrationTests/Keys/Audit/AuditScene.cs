using System.Net;
using System.Text.Json;
using Azure.Data.Tables;
using MailFunctions.Api.Audit;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys;
using MailFunctions.Keys.Audit;
using MailFunctions.Keys.Callers;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Keys.Audit;

/// <summary>The edge of audited calls on a storage account of its own; a test says what a call does.</summary>
internal sealed class AuditScene : IAsyncDisposable
{
    private readonly ScriptedSmtpServer _relay;

    private AuditScene(ScriptedSmtpServer relay, TestApp pipeline) => (_relay, Pipeline) = (relay, pipeline);

    public TestApp Pipeline { get; }

    public TableClient Table => Pipeline.Storage.Table(StorageNames.AuditTable);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<AuditScene> StartAsync(string account)
    {
        var relay = new ScriptedSmtpServer();
        return new AuditScene(relay, await TestApp.On(account).WithRelay(relay).StartAsync());
    }

    /// <summary>Makes a call as its trigger does.</summary>
    /// <param name="name">The name of the function.</param>
    /// <param name="key">The text of an API key; null for a function key.</param>
    public async Task<int> CallAsync(string name, string path, Func<Task<IResult>> carryOut, string? key = null, CancellationToken? cancellationToken = null)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.77");
        context.Request.Path = path;
        context.Request.Method = "POST";
        if (key is not null)
            context.Request.Headers[ApiHeaders.ApiKey] = key;
        var result = await Pipeline.Get<CallEdge>().RunAsync(name, context.Request, _ => carryOut(), cancellationToken ?? Cancellation);
        return (result as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK;
    }

    /// <summary>Makes an API key.</summary>
    public async Task<(string Id, string Text)> AddKeyAsync(Rights rights)
    {
        var table = Pipeline.Get<ApiKeyTable>();
        var text = ApiKeyText.New(await table.CheckKeyAsync(Cancellation));
        var now = Pipeline.Get<TimeProvider>().GetUtcNow();
        await table.AddAsync(new ApiKey { Id = text.Id, Name = "of a test", Hash = text.Hash(), Rights = rights, Limits = new KeyLimits(), CreatedAt = now }, Cancellation);
        return (text.Id, text.Reveal());
    }

    /// <param name="query">Without its question mark.</param>
    public async Task<(IReadOnlyList<JsonElement> Data, string? After)> ListAsync(string query = "")
    {
        var (status, body, _) = await Pipeline.AnswerAsync(
            context =>
            {
                context.Request.QueryString = new QueryString($"?{query}");
                return Pipeline.Get<AuditCalls>().ListAsync(context.Request, Cancellation);
            },
            Cancellation);
        Assert.True(status == StatusCodes.Status200OK, body.RootElement.ToString());
        return ([.. body.RootElement.GetProperty("data").EnumerateArray()], body.RootElement.GetProperty("after").GetString());
    }

    /// <summary>Inserts entries, one a minute back from a moment.</summary>
    public async Task<IReadOnlyList<AuditEntry>> FillAsync(int count, DateTimeOffset newest, Func<int, AuditResult?>? resultOf = null)
    {
        var table = Pipeline.Get<AuditTable>();
        var entries = Enumerable.Range(0, count).Select(i => new AuditEntry
        {
            Key = AuditKey.New(newest.AddMinutes(-i)),
            Who = i % 2 == 0 ? "key:abcdefghij01" : "function-key:x",
            Call = i % 3 == 0 ? "CancelEmail" : "PutTemplate",
            Target = FormattableString.Invariant($"templates/t{i % 5}"),
        }).ToList();
        foreach (var (i, entry) in entries.Index())
        {
            await table.AddAsync(entry, Cancellation);
            if ((resultOf ?? (_ => new AuditResult(200, null, newest)))(i) is { } result)
                await table.AddResultAsync(entry.Key, result, Cancellation);
        }

        return entries;
    }

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        await _relay.DisposeAsync();
    }
}

using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Keys;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.TestPeers.OpenApi;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Api.Reference;

/// <summary>How each error of openapi.json is brought about.</summary>
internal static class ContractProvocations
{
    private static readonly byte[] TooLarge = Encoding.ASCII.GetBytes(new string(' ', (40 * 1024 * 1024) + 1));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Of each of the calls, in their order, what it was answered with.</summary>
    public static async Task<IReadOnlyList<(ApiOperation Operation, IReadOnlyList<ContractAnswer> Answers)>> ProvokeAsync(
        ContractScene scene, IReadOnlyList<ApiOperation> operations, string error)
    {
        // In an outage every call tries for seconds: at the same time.
        if (error == "StorageUnavailable")
            return await Task.WhenAll(operations.Select(OfAsync));

        var provoked = new List<(ApiOperation, IReadOnlyList<ContractAnswer>)>();
        foreach (var operation in operations)
            provoked.Add(await OfAsync(operation));
        return provoked;

        async Task<(ApiOperation, IReadOnlyList<ContractAnswer>)> OfAsync(ApiOperation operation) =>
            (operation, await ProvokeAsync(scene, operation, error).ToListAsync(Cancellation));
    }

    private static IAsyncEnumerable<ContractAnswer> ProvokeAsync(ContractScene scene, ApiOperation operation, string error)
    {
        var call = new ContractCall(operation);
        if (operation.RequestExamples.Count > 0)
            call = call.WithExample(operation.RequestExamples.Values.First(), scene.Pipeline.Get<TimeProvider>().GetUtcNow());

        return error switch
        {
            "Unauthorized" => UnauthorizedAsync(scene, call),
            "RestrictedApiKey" => RestrictedAsync(scene, call),
            "InvalidBody" => InvalidBodyAsync(scene, call),
            "InvalidBodyOrKey" => InvalidBodyOrKeyAsync(scene, call),
            "SenderNotAllowed" => SenderNotAllowedAsync(scene, call),
            "NotFound" => SendAsync(scene, Unknown(call)),
            "InvalidState" => InvalidStateAsync(scene, call),
            "TimerRunning" => TimerRunningAsync(scene, call),
            "IdempotencyConflict" => IdempotencyConflictAsync(scene, call),
            "PreconditionFailed" => PreconditionFailedAsync(scene, call.With("If-Match", "\"9\"")),
            "PayloadTooLarge" => SendAsync(scene, call with { Body = TooLarge }),
            "UnsupportedMediaType" => SendAsync(scene, call with { ContentType = "text/plain" }),
            "ValidationError" => SendAsync(scene, Wrong(call)),
            "ValidationErrorOrQuota" => WrongOrTooMuchAsync(scene, call),
            "RateLimitExceeded" => UsedUpAsync(scene, call),
            "InternalError" => InternalErrorAsync(scene, call),
            "StorageUnavailable" => OutageAsync(scene, call),
            _ => throw new NotSupportedException($"Nobody has said how {error} is provoked."),
        };
    }

    private static async IAsyncEnumerable<ContractAnswer> SendAsync(ContractScene scene, ContractCall call)
    {
        yield return await call.SendAsync(scene.Client, Cancellation);
    }

    private static async IAsyncEnumerable<ContractAnswer> UnauthorizedAsync(ContractScene scene, ContractCall call)
    {
        await MakeKeyAsync(scene);
        yield return await (call with { HasKey = false, Server = "/api/keyed" }).SendAsync(scene.Client, Cancellation);
        yield return await (call with { ApiKey = "mf_guessed" }).SendAsync(scene.Client, Cancellation);
    }

    private static async IAsyncEnumerable<ContractAnswer> RestrictedAsync(ContractScene scene, ContractCall call)
    {
        var key = await MakeKeyAsync(scene);
        yield return await (call with { ApiKey = key }).SendAsync(scene.Client, Cancellation);
        yield return await (call with { ApiKey = key, HasKey = false, Server = "/api/keyed" }).SendAsync(scene.Client, Cancellation);
    }

    private static async IAsyncEnumerable<ContractAnswer> SenderNotAllowedAsync(ContractScene scene, ContractCall call)
    {
        yield return await call.WithBody("""{"from":"me@elsewhere.example","to":"you@example.com","subject":"Hello","text":"Hello."}""").SendAsync(scene.Client, Cancellation);
        await foreach (var answer in RestrictedAsync(scene, call))
            yield return answer;
    }

    /// <summary>Makes a key that may do nothing which a call is there for.</summary>
    private static async Task<string> MakeKeyAsync(ContractScene scene) => JsonElement.Parse(
        await scene.RequireAsync(HttpMethod.Post, "/keys", """{"name":"nobody","rights":["webhooks"],"senders":["*"]}""", 201)).GetProperty("key").GetString()!;

    private static async IAsyncEnumerable<ContractAnswer> InvalidBodyAsync(ContractScene scene, ContractCall call)
    {
        yield return await call.WithBody("{\"from\": ").SendAsync(scene.Client, Cancellation);
        yield return await CutOffAsync(scene.Client.BaseAddress!, call);
    }

    private static async IAsyncEnumerable<ContractAnswer> InvalidBodyOrKeyAsync(ContractScene scene, ContractCall call)
    {
        await foreach (var answer in InvalidBodyAsync(scene, call))
            yield return answer;
        yield return await call.With(IdempotencyKey.Header, new string('k', 300)).SendAsync(scene.Client, Cancellation);
    }

    private static async IAsyncEnumerable<ContractAnswer> WrongOrTooMuchAsync(ContractScene scene, ContractCall call)
    {
        yield return await Wrong(call).SendAsync(scene.Client, Cancellation);
        yield return await call.WithBody(call.Operation.Id == "submitBatch" ? $"[{Limited()},{Limited()}]" : Limited(new string('x', 2_000))).SendAsync(scene.Client, Cancellation);
    }

    /// <summary>The first may be accepted.</summary>
    private static async IAsyncEnumerable<ContractAnswer> UsedUpAsync(ContractScene scene, ContractCall call)
    {
        var limited = call.WithBody(call.Operation.Id == "submitBatch" ? $"[{Limited()}]" : Limited());
        await limited.SendAsync(scene.Client, Cancellation);
        var refused = await limited.SendAsync(scene.Client, Cancellation);
        Assert.All((string[])["Retry-After", "ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"], header => Assert.Contains(header, refused.Headers.Keys));
        yield return refused;
    }

    /// <summary>A mail of the domain that has a quota.</summary>
    private static string Limited(string text = "Hello.") => $$"""{"from":"me@quota.example","to":"you@example.com","subject":"Hello","text":"{{text}}"}""";

    private static async IAsyncEnumerable<ContractAnswer> InvalidStateAsync(ContractScene scene, ContractCall call)
    {
        if (call.Operation.Id == "changeKey")
        {
            var id = (await MakeKeyAsync(scene)).Split('_')[1];
            await scene.RequireAsync(HttpMethod.Delete, $"/keys/{id}", json: null, 204);
            yield return await call.With("id", id).SendAsync(scene.Client, Cancellation);
            yield break;
        }

        yield return await call.With("id", await scene.MailAsync(EmailState.Sent)).SendAsync(scene.Client, Cancellation);
    }

    private static async IAsyncEnumerable<ContractAnswer> PreconditionFailedAsync(ContractScene scene, ContractCall call)
    {
        await scene.RequireAsync(HttpMethod.Put, $"/templates/{call.Operation.Id.ToLowerInvariant()}", """{"text":"Hello."}""", 201);
        yield return await call.With("name", call.Operation.Id.ToLowerInvariant()).SendAsync(scene.Client, Cancellation);
    }

    /// <summary>One of two runs waits for storage, and the other finds it. The caller is known from a run before.</summary>
    private static async IAsyncEnumerable<ContractAnswer> TimerRunningAsync(ContractScene scene, ContractCall call)
    {
        await call.SendAsync(scene.Client, Cancellation);
        scene.Stalls = true;
        Task<ContractAnswer>[] both = [call.SendAsync(scene.Client, Cancellation), call.SendAsync(scene.Client, Cancellation)];
        yield return await await Task.WhenAny(both);
        scene.Stalls = false;
        await Task.WhenAll(both);
    }

    /// <summary>Of this call an API key alone is looked for in storage.</summary>
    private static ContractCall WithKey(ContractCall call) =>
        call.Operation.Id == "checkDomain" ? call with { ApiKey = ApiKeyAdministration.MakeFirst([]).Key } : call;

    private static async IAsyncEnumerable<ContractAnswer> OutageAsync(ContractScene scene, ContractCall call)
    {
        // Of this timer one request decides whether there is anything to run.
        if (call.Operation.Id == "runTimer")
            call = call.With("name", "PurgeExpired");
        call = WithKey(call);
        scene.Outage = true;
        yield return await call.SendAsync(scene.Client, Cancellation);
    }

    /// <summary>The first with a key is done, and then put back to where it was under way.</summary>
    private static async IAsyncEnumerable<ContractAnswer> IdempotencyConflictAsync(ContractScene scene, ContractCall call)
    {
        var keyed = call.With(IdempotencyKey.Header, call.Operation.Id);
        Assert.Equal(StatusCodes.Status202Accepted, (await keyed.SendAsync(scene.Client, Cancellation)).Status);
        yield return await keyed.WithBody("[]").SendAsync(scene.Client, Cancellation);

        var caller = new DefaultHttpContext().Request;
        caller.Headers["x-functions-key"] = ContractScene.Key;
        var key = IdempotencyKey.Of(await scene.Pipeline.Get<FunctionKeys>().FingerprintAsync(caller, Cancellation), call.Operation.Id);
        var table = scene.Pipeline.Get<IdempotencyTable>();
        var standing = (await table.ReadAsync(key, Cancellation))!;
        var leaseUntil = scene.Pipeline.Get<TimeProvider>().GetUtcNow() + IdempotencyEntry.Lease;
        Assert.NotNull(await table.TryWriteAsync(standing with { Answer = null, LeaseUntil = leaseUntil }, Cancellation));
        yield return await keyed.SendAsync(scene.Client, Cancellation);
    }

    /// <summary>Storage objects to what it is asked; and once, what stands in it is not what this code has written.</summary>
    private static async IAsyncEnumerable<ContractAnswer> InternalErrorAsync(ContractScene scene, ContractCall call)
    {
        call = WithKey(call);
        scene.Objects = true;
        yield return await call.SendAsync(scene.Client, Cancellation);
        scene.Objects = false;
        if (call.Operation.Id != "readEmail")
            yield break;

        var id = await scene.MailAsync(EmailState.Queued);
        var table = scene.Pipeline.Storage.Table(StorageNames.EmailsTable);
        await foreach (var row in table.QueryAsync<TableEntity>(row => row.RowKey == id, cancellationToken: Cancellation))
            await table.UpdateEntityAsync(new TableEntity(row.PartitionKey, row.RowKey) { ["state"] = "lost" }, row.ETag, TableUpdateMode.Merge, Cancellation);
        yield return await call.With("id", id).SendAsync(scene.Client, Cancellation);
    }

    private static ContractCall Unknown(ContractCall call) => call.Operation.Id switch
    {
        "runTimer" => call.With("name", "Nightly"),
        "putPause" => call.With("kind", "key").With("name", "abcdefghij01"),
        _ => call,
    };

    private static ContractCall Wrong(ContractCall call) => call.Operation switch
    {
        { Id: "submitEmail" } => call.WithBody("""{"from":"me@example.com","to":"you@example.com","text":"Hello.","subjct":"Hello"}"""),
        { RequestSchema: not null } => call.WithBody("""{"no_such_field":1}"""),
        { Id: "readStatistics" } => call.With("granularity", "week"),
        { Id: "readTemplate" } => call.With("version", "0"),
        { Path: "/suppressions/{address}" } => call.With("address", "nobody"),
        { Parameters: var parameters } when parameters.Any(parameter => parameter.Name == "limit") => call.With("limit", "0"),
        _ => call with { Query = "no_such_parameter=1" },
    };

    /// <summary>Breaks off a body that comes in chunks. Who ends the connection instead hears no answer.</summary>
    private static async Task<ContractAnswer> CutOffAsync(Uri host, ContractCall call)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host.Host, host.Port, Cancellation);
        await using var stream = client.GetStream();
        var path = call.Operation.Parameters.Aggregate(call.Operation.Path, (path, parameter) => path.Replace($"{{{parameter.Name}}}", parameter.Example, StringComparison.Ordinal));
        string[] lines =
        [
            $"{call.Operation.Method} /api{path} HTTP/1.1", $"Host: {host.Authority}", $"x-functions-key: {ContractScene.Key}", "Connection: close",
            "Content-Type: application/json", "Transfer-Encoding: chunked", "", "1", "{", "no length", "",
        ];
        await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", lines)), Cancellation);
        using var reader = new StreamReader(stream);
        var answer = (await reader.ReadToEndAsync(Cancellation)).Split("\r\n\r\n", 2);
        var type = answer[0].Split("\r\n").Single(line => line.StartsWith("Content-Type: ", StringComparison.Ordinal))["Content-Type: ".Length..];
        return new ContractAnswer(int.Parse(answer[0].Split(' ')[1], CultureInfo.InvariantCulture), type, new Dictionary<string, string>(), Encoding.UTF8.GetBytes(answer[1]));
    }
}

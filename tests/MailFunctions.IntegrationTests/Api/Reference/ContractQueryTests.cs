using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.OpenApi;

namespace MailFunctions.IntegrationTests.Api.Reference;

/// <summary>
/// Every call of openapi.json refuses a query that it does not know, before it does anything. Unsubscribe links are the exception:
/// relays and mail programs append what they like to the links in a mail.
/// </summary>
public sealed class ContractQueryTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_refuses_a_query_parameter_that_is_unknown_repeated_or_empty()
    {
        await using var scene = await ContractScene.StartAsync(azurite.TakeAccount());
        var wrong = new List<string>();
        foreach (var operation in ContractScene.Api.Operations.Where(operation => operation.Path != "/u/{token}"))
        {
            await CheckAsync(operation, "no_such_parameter=1", "no_such_parameter");
            await CheckAsync(operation, "no_such_parameter=1&no_such_parameter=2", "no_such_parameter");
            foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == "query"))
            {
                var value = Uri.EscapeDataString(parameter.Example ?? "1");
                await CheckAsync(operation, $"{parameter.Name}={value}&{parameter.Name}={value}", parameter.Name);
                await CheckAsync(operation, $"{parameter.Name}=", parameter.Name);
                await CheckAsync(operation, $"{parameter.Name}x={value}", $"{parameter.Name}x");
            }
        }

        Assert.Empty(wrong);

        async Task CheckAsync(ApiOperation operation, string query, string parameter)
        {
            var answer = await SendAsync(scene, operation, query);
            var told = answer.Bytes.Length > 0 ? answer.Text : "";
            var isRefused = answer.Status == 422
                && (operation.Method == "HEAD" || (answer.Json.GetProperty("errors").EnumerateArray().Any(error => error.GetProperty("parameter").GetString() == parameter)
                    && answer.Json.GetProperty("detail").GetString()!.Contains(parameter, StringComparison.Ordinal)
                    && !told.Contains("accepted", StringComparison.Ordinal)));
            if (!isRefused)
                wrong.Add($"{operation.Method} {operation.Path}?{query}: {answer.Status} {told}");
        }
    }

    private static async Task<ContractAnswer> SendAsync(ContractScene scene, ApiOperation operation, string query)
    {
        var path = operation.Parameters.Where(parameter => parameter.In == "path").Aggregate(
            operation.Path, (path, parameter) => path.Replace($"{{{parameter.Name}}}", Uri.EscapeDataString(parameter.Example!), StringComparison.Ordinal));
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), new Uri($"/api{path}?{query}", UriKind.Relative));
        request.Headers.Add("x-functions-key", ContractScene.Key);
        if (operation.RequestSchema is not null)
        {
            request.Content = new ByteArrayContent("{}"u8.ToArray());
            request.Content.Headers.ContentType = new("application/json");
        }

        using var answer = await scene.Client.SendAsync(request, Cancellation);
        return new ContractAnswer(
            (int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, new Dictionary<string, string>(), await answer.Content.ReadAsByteArrayAsync(Cancellation));
    }
}

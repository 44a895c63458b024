using System.Text.Json;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.OpenApi;

namespace MailFunctions.IntegrationTests.Api.Reference;

/// <summary>Every example of openapi.json is sent, and answered as it says.</summary>
public sealed class ContractExampleTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Calls, and the answers of each: one for each example, or for each status that has none.</summary>
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var operation in ContractScene.Api.Operations)
            {
                foreach (var (name, _) in Answers(operation))
                    cases.Add(operation.Id, name);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task An_example_is_answered_as_documented(string id, string name)
    {
        await using var scene = await ContractScene.StartAsync(azurite.TakeAccount());
        var operation = ContractScene.Api.Operations.Single(operation => operation.Id == id);
        var response = Answers(operation).Single(answer => answer.Name == name).Response;
        var call = new ContractCall(operation);
        if (operation.RequestExamples.TryGetValue(name, out var body) || operation.RequestExamples is { Count: 1 })
            call = call.WithExample(body.ValueKind == JsonValueKind.Undefined ? operation.RequestExamples.Single().Value : body, scene.Pipeline.Get<TimeProvider>().GetUtcNow());

        var answer = await (await ContractCases.ArrangeAsync(scene, call, name)).SendAsync(scene.Client, Cancellation);

        Assert.Empty(answer.Faults(ContractScene.Api, response));
        if (response.Examples.TryGetValue(name, out var documented))
            Assert.Empty(Resemblance.Differences(ContractScene.Api, response.Schema!.Value, documented, answer.Json));
    }

    [Fact]
    public async Task A_request_that_is_sent_again_gets_the_headers_that_are_documented()
    {
        await using var scene = await ContractScene.StartAsync(azurite.TakeAccount());
        var operation = ContractScene.Api.Operations.Single(operation => operation.Id == "submitEmail");
        var call = new ContractCall(operation).With("Idempotency-Key", "order-4711").WithExample(operation.RequestExamples["simple"], default);

        var first = await call.SendAsync(scene.Client, Cancellation);
        var second = await call.SendAsync(scene.Client, Cancellation);

        Assert.Equal(first.Text, second.Text);
        Assert.Equal($"/api/emails/{first.Json.GetProperty("id").GetString()}", first.Headers["Location"]);
        Assert.False(first.Headers.ContainsKey("Idempotent-Replayed"));
        Assert.Equal("true", second.Headers["Idempotent-Replayed"]);
    }

    private static IEnumerable<(string Name, ApiResponse Response)> Answers(ApiOperation operation) =>
        from response in operation.Responses
        where response.Shared is null
        from name in response.Examples.Count > 0 ? response.Examples.Keys : [response.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)]
        select (name, response);
}

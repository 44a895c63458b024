using System.Text.Json;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.OpenApi;

namespace MailFunctions.IntegrationTests.Api.Reference;

/// <summary>Every call is brought to every error that openapi.json has for it, and every documented error is heard word for word.</summary>
public sealed class ContractErrorTests(AzuriteFixture azurite)
{
    public static TheoryData<string> Errors => [.. ContractScene.Api.Root.GetProperty("components").GetProperty("responses").EnumerateObject().Select(response => response.Name)];

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task An_error_is_answered_as_documented(string error)
    {
        await using var scene = await ContractScene.StartAsync(azurite.TakeAccount());
        ApiOperation[] operations = [.. ContractScene.Api.Operations.Where(operation => operation.Responses.Any(response => response.Shared == error))];
        var response = Shared(error);

        var provoked = await ContractProvocations.ProvokeAsync(scene, operations, error);

        var answers = provoked.SelectMany(one => one.Answers).ToList();
        Assert.Empty(provoked.SelectMany(one => one.Answers.SelectMany(answer => answer.Faults(ContractScene.Api, response)).Select(fault => $"{one.Operation.Id} {fault}")));
        Assert.All(provoked, one => Assert.True(one.Answers.Count > 0, $"{one.Operation.Id} was not brought to it."));
        Assert.NotEmpty(answers);
        if (response.MediaType is not null)
            Assert.All(answers, answer => Assert.Contains(answer.Json.GetProperty("name").GetString(), response.Examples.Keys));
        foreach (var (name, example) in response.Examples)
            Assert.True(answers.Any(answer => JsonElement.DeepEquals(example, answer.Json)), $"Nothing was answered with {example}. {name} was: {Said(answers, name)}");
        if (error == "StorageUnavailable")
            Assert.All(answers, answer => Assert.True(int.Parse(answer.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture) > 0));
    }

    /// <summary>Nothing of these comes from storage, or what goes wrong with it is the answer.</summary>
    [Fact]
    public void Every_call_may_meet_a_fault_of_ours_but_those_that_ask_no_storage() => Assert.Equal(
        ["/docs", "/health", "/health", "/openapi.json", "/u/{token}", "/u/{token}"],
        ContractScene.Api.Operations.Where(operation => operation.Responses.All(response => response.Shared != "InternalError")).Select(operation => operation.Path).Order(StringComparer.Ordinal));

    private static ApiResponse Shared(string error) =>
        ContractScene.Api.Operations.SelectMany(operation => operation.Responses).First(response => response.Shared == error);

    private static string? Said(IEnumerable<ContractAnswer> answers, string name) =>
        answers.Select(answer => answer.Text).FirstOrDefault(text => text.Contains(name, StringComparison.Ordinal));
}

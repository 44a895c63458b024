using MailFunctions.IntegrationTests.Fixtures;

namespace MailFunctions.IntegrationTests.Api.Reference;

/// <summary>Texts that Azure takes into no key of a table, in every place of an address that names something: they name nothing.</summary>
public sealed class HostileKeyTests(AzuriteFixture azurite)
{
    private static readonly string[] Texts =
        ["a/b", "a\\b", "a#b", "a?b", "a\tb", "a\u007Fb", "a\u0085b", "/", "#", new string('a', 513), new string('\u00e4', 600), "' or RowKey gt '", "a\uD83D\uDE00b", "%2F", "..", "~", "|"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hostile_path_parameter_is_answered_with_a_4xx_status_by_every_call()
    {
        await using var scene = await ContractScene.StartAsync(azurite.TakeAccount());
        var wrong = new List<string>();
        var asked = 0;
        // A token is sealed, so no part of an unknown one gets near a key; all tokens have the same answer.
        foreach (var operation in ContractScene.Api.Operations.Where(operation => operation.Path != "/u/{token}"))
        {
            foreach (var parameter in operation.Parameters.Where(parameter => parameter.In == "path"))
            {
                foreach (var text in Texts)
                {
                    var answer = await new ContractCall(operation).With(parameter.Name, text).SendAsync(scene.Client, Cancellation);
                    asked++;
                    if (answer.Status is < 400 or >= 500)
                        wrong.Add($"{operation.Method} {operation.Path} with {parameter.Name} {text}: {answer.Status} {answer.Text}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(asked >= 15 * Texts.Length);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a#b?c\\d")]
    [InlineData("\u00e4\uD83D\uDE00")]
    public async Task A_name_within_a_body_or_a_header_is_taken_or_refused_and_no_fault(string text)
    {
        await using var scene = await ContractScene.StartAsync(azurite.TakeAccount());
        var submit = new ContractCall(ContractScene.Api.Operations.Single(operation => operation.Id == "submitEmail"));
        var name = System.Text.Json.JsonSerializer.Serialize(text);

        var tagged = await submit.WithBody($$"""{"from":"shop@example.com","to":"ada@example.com","subject":"Hello","text":"Hello","tags":[{"name":{{name}},"value":{{name}}}]}""").SendAsync(scene.Client, Cancellation);
        var template = await submit.WithBody($$$"""{"from":"shop@example.com","to":"ada@example.com","template":{"id":{{{name}}}}}""").SendAsync(scene.Client, Cancellation);

        Assert.InRange(tagged.Status, 202, 422);
        Assert.Equal(422, template.Status);
        if (text.All(char.IsAscii))
        {
            var keyed = await submit.With("Idempotency-Key", text).WithBody("""{"from":"shop@example.com","to":"ada@example.com","subject":"Hello","text":"Hello"}""").SendAsync(scene.Client, Cancellation);
            Assert.Equal(202, keyed.Status);
        }
    }
}

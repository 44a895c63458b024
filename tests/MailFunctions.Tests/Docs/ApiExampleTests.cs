using System.Text.Json;
using MailFunctions.Api.Emails;
using MailFunctions.Mail;
using MailFunctions.TestPeers.OpenApi;
using MailFunctions.Tests.Api.Reference;

namespace MailFunctions.Tests.Docs;

/// <summary>
/// The examples of docs/api.md are like those of openapi.json, which other tests send and hold against the answers.
/// </summary>
public sealed class ApiExampleTests
{
    private static readonly IReadOnlyList<ApiExample> Examples = [.. ApiExample.Of(RepositoryFile.Read("docs/api.md"))];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Examples.Count)];

    [Fact]
    public void The_document_contains_examples() => Assert.InRange(Examples.Count, 15, 100);

    [Theory]
    [MemberData(nameof(Numbers))]
    public void An_example_is_what_is_sent_or_answered(int number)
    {
        var example = Examples[number];
        var json = JsonElement.Parse(example.Json);
        if (example.Operation(OpenApiJson.Api) is not { } operation)
        {
            // Of a section that is about more than one call: a body of the intake, or a problem.
            var schema = example.Status is null ? "Email" : "Problem";
            Assert.Empty(SchemaCheck.Faults(OpenApiJson.Api, OpenApiJson.Api.Schema(schema), json));
            return;
        }

        if (example.Status is null && SchemaCheck.Faults(OpenApiJson.Api, operation.RequestSchema!.Value, json) is { Count: 0 })
            return;

        // A block of JSON without a first line is what is sent, or what comes back.
        var response = operation.Responses.First(response => response.Status == (example.Status ?? 200));
        Assert.Empty(SchemaCheck.Faults(OpenApiJson.Api, response.Schema!.Value, json));
        if (response is { Shared: null, Examples.Count: > 0 })
            Assert.Contains(response.Examples.Values, documented => IsLike(response.Schema!.Value, documented, json));
    }

    [Fact]
    public void The_example_of_explain_says_what_the_code_says()
    {
        var example = Examples.Single(example => example.Call == "GET /emails/{id}/explain");
        var json = JsonElement.Parse(example.Json);
        var row = new LedgerRow
        {
            Id = EmailId.Parse(json.GetProperty("id").GetString()!),
            State = EmailState.Deferred,
            Lane = Lane.Transactional,
            Sender = "me@example.com",
            Subject = "Hello",
            AcceptedAt = json.GetProperty("expires_at").GetDateTimeOffset().AddDays(-1),
            ExpiresAt = json.GetProperty("expires_at").GetDateTimeOffset(),
            DueAt = json.GetProperty("next_attempt_at").GetDateTimeOffset(),
            Attempt = json.GetProperty("attempts").GetInt32(),
            Reason = json.GetProperty("reason").GetString(),
            Recipients = [],
            Tags = [],
            OnUncertain = UncertainPolicy.Retry,
        };
        var described = OpenApiJson.Api.Operations.Single(operation => operation.Id == "explainEmail").Responses.First(response => response.Status == 200).Examples["deferred"];

        Assert.Equal(EmailExplainer.Sentence(row, row.AcceptedAt, 1), json.GetProperty("sentence").GetString());
        Assert.Equal(described.GetProperty("sentence").GetString(), json.GetProperty("sentence").GetString());
    }

    private static bool IsLike(JsonElement schema, JsonElement documented, JsonElement json)
    {
        // Where a list is shown, how many it has, and whether it goes on, is another matter.
        try
        {
            return Resemblance.Differences(OpenApiJson.Api, schema, documented, json).All(difference =>
                difference.Contains(" items, documented ", StringComparison.Ordinal) || difference.Split(' ')[0] is "/after" or "/complete" or "/suppressed");
        }
        catch (KeyNotFoundException)
        {
            return false;
        }
    }
}

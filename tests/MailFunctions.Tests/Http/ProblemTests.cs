using System.Text.Json;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Tests.Http;

public sealed class ProblemTests
{
    [Fact]
    public async Task A_problem_is_answered_as_problem_json()
    {
        var (response, body) = await AnswerAsync(Problem.Validation([new ProblemError("is required", Pointer: "/from"), new ProblemError("is no 'date'", Parameter: "to")]));

        Assert.Equal(422, response.StatusCode);
        Assert.Equal("application/problem+json", response.ContentType);
        Assert.Equal(
            """{"type":"urn:mailfunctions:problem:validation_error","title":"The request has errors; nothing was accepted.","status":422,"name":"validation_error","detail":"2 errors, each listed with its place.","errors":[{"message":"is required","pointer":"/from"},{"message":"is no 'date'","parameter":"to"}]}""",
            body);
        Assert.Equal(body.Length, response.ContentLength);
    }

    [Fact]
    public async Task A_problem_without_errors_has_no_errors_member()
    {
        var (_, body) = await AnswerAsync(Problem.NotFound("No email has this id."));

        Assert.False(JsonDocument.Parse(body).RootElement.TryGetProperty("errors", out _));
    }

    [Fact]
    public void More_errors_than_an_answer_lists_are_counted()
    {
        var problem = Problem.Validation([.. Enumerable.Range(0, 250).Select(index => new ProblemError("is wrong", $"/to/{index}"))], unlisted: 7);

        Assert.Equal(RequestLimits.ListedErrors, problem.Errors.Count);
        Assert.Equal("/to/99", problem.Errors[^1].Pointer);
        Assert.Equal("257 errors, of which the first 100 are listed.", problem.Detail);
    }

    [Theory]
    [InlineData(0.2, "1")]
    [InlineData(4.5, "5")]
    public async Task A_storage_that_does_not_answer_is_worth_another_try(double seconds, string header)
    {
        var (response, _) = await AnswerAsync(Problem.StorageUnavailable(TimeSpan.FromSeconds(seconds)));

        Assert.Equal(503, response.StatusCode);
        Assert.Equal(header, response.Headers.RetryAfter);
    }

    [Fact]
    public void A_refused_sender_gets_the_name_of_the_setting()
    {
        var problem = Problem.SenderNotAllowed("example.com", lacksKey: false);

        Assert.Equal(403, problem.Status);
        Assert.Contains("MailFunctions:AllowedSenders", problem.Detail, StringComparison.Ordinal);
        Assert.Contains("example.com", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sender_without_a_key_gets_the_names_of_both_settings()
    {
        var problem = Problem.SenderNotAllowed("example.com", lacksKey: true);

        Assert.Equal((403, "sender_not_allowed"), (problem.Status, problem.Name));
        Assert.Contains("MailFunctions:Dkim:Keys", problem.Detail, StringComparison.Ordinal);
        Assert.Contains("MailFunctions:Dkim:Required", problem.Detail, StringComparison.Ordinal);
        Assert.Contains("example.com", problem.Detail, StringComparison.Ordinal);
    }

    private static async Task<(HttpResponse Response, string Body)> AnswerAsync(Problem problem)
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;
        await problem.ToResult().ExecuteAsync(context);
        return (context.Response, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }
}

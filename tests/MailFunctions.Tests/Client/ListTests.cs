using MailFunctions.Api.Emails;
using MailFunctions.Client;
using MailFunctions.Mail;

namespace MailFunctions.Tests.Client;

public sealed class ListTests
{
    private static readonly EmailFilter Full = new()
    {
        States = [EmailStatus.Failed, EmailStatus.Partial],
        Lane = EmailLane.Bulk,
        Tag = new("kind", "order"),
        Recipient = "Ada+lists@Example.net",
        Relay = "a&b main",
        Batch = "01a207c4-6712-7000-9c40-f48fcae410f0",
        From = new(2026, 11, 1, 1, 30, 0, TimeSpan.FromHours(1)),
        To = new(2026, 11, 2, 0, 0, 0, 500, TimeSpan.Zero),
        PageSize = 2,
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_page_is_read_also_behind_an_empty_one()
    {
        await using var api = await ScriptedApi.StartAsync(
            ScriptedApi.Answer(200, $$"""{"data":[{{Listed("a")}},{{Listed("b")}}],"after":"p+2"}"""),
            ScriptedApi.Answer(200, """{"data":[],"after":"p3"}"""),
            ScriptedApi.Answer(200, $$"""{"data":[{{Listed("c")}}],"after":null}"""));

        Assert.Equal(["a", "b", "c"], await api.Client().ListAsync(cancellationToken: Cancel).Select(email => email.Id).ToListAsync(Cancel));
        Assert.Equal(["", "p+2", "p3"], api.Requests.Select(request => request.Query["after"].ToString()));
    }

    [Fact]
    public async Task A_page_that_is_not_needed_is_not_asked_for()
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Answer(200, $$"""{"data":[{{Listed("a")}}],"after":"p2"}"""));

        await api.Client().ListAsync(cancellationToken: Cancel).FirstAsync(Cancel);

        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task The_server_parses_a_client_filter_as_intended_and_the_query_contains_no_address()
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Answer(200, """{"data":[],"after":null}"""));

        await api.Client().ListAsync(Full, Cancel).ToListAsync(Cancel);
        await api.Client().ListAsync(new() { Recipient = "ada@bücher.example" }, Cancel).ToListAsync(Cancel);

        var (query, errors) = EmailListReader.Read(api.Requests[0].Query);
        Assert.Empty(errors);
        Assert.Equal([EmailState.Failed, EmailState.Partial], query!.States.OrderDescending());
        Assert.Equal((Lane.Bulk, new Tag("kind", "order"), Full.Relay, Full.From, Full.To, 2), (query.Lane, query.Tag, query.Relay, query.From, query.To, query.Limit));
        Assert.Equal((Full.Batch, RecipientHash.Of("ada+lists@example.net")), (query.Batch.ToString(), query.RecipientHash));
        Assert.Null(query.Recipient);
        Assert.Equal("ada@bücher.example", api.Requests[1].Query["recipient"]);
    }

    [Fact]
    public async Task A_filter_can_say_all_that_the_server_knows()
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Answer(200, """{"data":[],"after":"p2"}"""), ScriptedApi.Answer(200, """{"data":[],"after":null}"""));

        await api.Client().ListAsync(Full, Cancel).ToListAsync(Cancel);

        Assert.Equal(EmailListReader.Known.Except(["recipient"]).Order(StringComparer.Ordinal), api.Requests[1].Query.Keys.Order(StringComparer.Ordinal));
    }

    private static string Listed(string id) =>
        $$"""{"id":"{{id}}","status":"sent","lane":"bulk","from":"a@example.org","subject":"s","recipients":1,"accepted_at":"2026-11-23T09:37:21.682+00:00","tags":[],"attempts":1,"faults":0}""";
}

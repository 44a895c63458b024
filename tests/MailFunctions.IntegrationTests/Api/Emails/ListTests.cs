using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.TestPeers.Smtp;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Api.Emails;

/// <summary>What <c>GET emails</c> lists.</summary>
public sealed class ListTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_filter_lists_what_fits_it_and_the_newest_comes_first()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var batch = EmailId.Mint(Now.AddMinutes(-90))[0];
        await pipeline.AddAsync("ancient", Now.AddDays(-31), Cancellation);
        await pipeline.AddAsync("bulk", Now.AddDays(-29), Cancellation, change: row => row with { Lane = Lane.Bulk });
        await pipeline.AddAsync("batch", Now.AddMinutes(-90), Cancellation, count: 2, change: row => row with { Batch = batch });
        await pipeline.AddAsync("tag", Now.AddHours(-1), Cancellation, change: row => row with { Tags = [new Tag("kind", "order"), new Tag("team", "a")] });
        await pipeline.AddAsync("bob", Now.AddMinutes(-5), Cancellation, change: row => row with
        {
            Recipients = [.. row.Recipients, new Recipient("Bob+News@example.com", RecipientKind.Bcc, RecipientStatus.Rejected, 1, null)],
            State = EmailState.Partial,
        });
        await pipeline.AddAsync("void", Now.AddMinutes(-4), Cancellation, change: row => row with { State = EmailState.Void });
        await pipeline.AddAsync("failed", Now, Cancellation, change: row => row with { State = EmailState.Failed });

        string[] recent = ["failed", "bob", "tag", "batch", "batch"];
        (string Query, string[] Subjects)[] cases =
        [
            ("", [.. recent, "bulk"]),
            ("state=failed", ["failed"]),
            ("state=failed,partial", ["failed", "bob"]),
            ("state=queued", []),
            ("state=dead", []),
            ("state=sent,dead", ["tag", "batch", "batch", "bulk"]),
            ("lane=bulk", ["bulk"]),
            ("lane=transactional", recent),
            ("tag=kind:order", ["tag"]),
            ("tag=kind:offer", []),
            ("recipient=bob%2Bnews@example.com", ["bob"]),
            ("recipient=Bob+News@EXAMPLE.com", ["bob"]),
            ("recipient=Ada <ADA@example.net>", [.. recent, "bulk"]),
            // printf bob+news@example.com | sha256sum
            ("recipient_hash=EED7F3C3A0B517FF5A9618B25E940DC5C13A0B17781C3CC87B40BBEF9700AAFB", ["bob"]),
            ($"batch={batch}", ["batch", "batch"]),
            ($"from={Now.AddMinutes(-61):yyyy-MM-ddTHH:mmZ}", ["failed", "bob", "tag"]),
            ($"to={Now.AddMinutes(-30):yyyy-MM-ddTHH:mmZ}", ["tag", "batch", "batch", "bulk"]),
            ($"from={Now.AddDays(-32):yyyy-MM-ddTHH:mm:ssZ}&to={Now.AddDays(-28):yyyy-MM-ddTHH:mm:ssZ}", ["bulk", "ancient"]),
            ("state=failed,partial&lane=transactional&recipient=bob%2Bnews@example.com", ["bob"]),
        ];
        foreach (var (query, subjects) in cases)
            Assert.Equal((query, string.Join(' ', subjects)), (query, string.Join(' ', Subjects(await pipeline.ListAsync(query, Cancellation)))));
    }

    [Fact]
    public async Task A_mail_is_listed_by_its_last_relay_with_all_its_summary_fields()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var sent = await pipeline.SubmitAsync(TestApp.Mail("ada@example.com,bob@example.com", more: ""","tags":[{"name":"kind","value":"order"}]"""), Cancellation);
        await pipeline.DeliverUntilAsync(sent, Cancellation, EmailState.Sent);
        await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);

        var found = (await pipeline.ListAsync("relay=relay", Cancellation)).Require(StatusCodes.Status200OK);
        var none = (await pipeline.ListAsync("relay=other", Cancellation)).Require(StatusCodes.Status200OK);

        Assert.Empty(none.Emails);
        var row = await pipeline.RowAsync(sent, Cancellation);
        Assert.Equal(
            $$$"""{"data":[{"id":"{{{sent}}}","status":"sent","lane":"transactional","from":"shop@example.org","subject":"Hello","recipients":2"""
            + $$$""","accepted_at":"{{{Json(row.AcceptedAt)}}}","ended_at":"{{{Json(row.EndedAt!.Value)}}}","tags":[{"name":"kind","value":"order"}],"attempts":1,"relay":"relay","faults":0}],"after":null}""",
            found.Body.GetRawText());

        static string Json(DateTimeOffset time) => System.Text.Json.JsonSerializer.SerializeToElement(time).GetString()!;
    }

    [Fact]
    public async Task Invalid_list_parameters_are_all_reported_in_one_answer()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();

        var answer = (await pipeline.ListAsync("state=lost&lane=fast&limit=201&after=abc&stat=dead", Cancellation)).Require(StatusCodes.Status422UnprocessableEntity);

        Assert.Equal("validation_error", answer.Name);
        Assert.Equal(
            ["stat", "state", "lane", "limit", "after"],
            answer.Body.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("parameter").GetString()));
    }

    private static IEnumerable<string?> Subjects(Answer answer) =>
        answer.Require(StatusCodes.Status200OK).Body.GetProperty("data").EnumerateArray().Select(email => email.GetProperty("subject").GetString());
}

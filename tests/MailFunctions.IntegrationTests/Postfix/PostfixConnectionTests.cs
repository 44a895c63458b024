using System.Net;
using System.Net.Sockets;
using MailFunctions.IntegrationTests.Crash;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.TestPeers.App;

namespace MailFunctions.IntegrationTests.Postfix;

/// <summary>Connections to Postfix: kept, refused, and lost.</summary>
[Collection(nameof(PostfixFixture))]
public sealed class PostfixConnectionTests(AzuriteFixture azurite, PostfixFixture postfix)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_mails_go_over_one_connection()
    {
        await using var pipeline = await StartAsync();

        for (var i = 0; i < 5; i++)
        {
            var id = await pipeline.SubmitAsync(TestApp.Mail($"reuse{i}@example.com"), Cancellation);
            Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
            Assert.Equal(EmailState.Sent, (await pipeline.RowAsync(id, Cancellation)).State);
            await postfix.ArrivalAsync($"reuse{i}@example.com", Cancellation);
        }

        var asked = postfix.Policy.Questions.Where(question => question.Recipient.StartsWith("reuse", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, asked.Count);
        Assert.Single(asked.Select(question => question.Attributes["client_port"]).Distinct());
    }

    [Theory]
    [InlineData("named", "app.example.com", "from app.example.com ")]
    [InlineData("unnamed", null, "from ")]
    [InlineData("literal", "2001:db8::1", "from [IPv6:2001:db8::1] ")]
    public async Task A_Postfix_that_refuses_bare_machine_names_in_EHLO_takes_ours(string localPart, string? localName, string received)
    {
        postfix.Require();
        await using var pipeline = await TestApp.On(azurite)
            .WithRelayAt(TestSettings.RelayUrl(postfix.Settings.Open), ("LocalName", localName ?? ""))
            .StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail($"{localPart}@example.com"), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.True(row.State == EmailState.Sent, row.Recipients[0].Reply?.ToSentence());
        Assert.StartsWith(received, (await postfix.ArrivalAsync($"{localPart}@example.com", Cancellation)).Header("Received"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Postfix_that_is_down_costs_no_attempt()
    {
        var process = postfix.Require();
        await using var pipeline = await StartAsync();
        await process.StopAsync();
        EmailId id;
        try
        {
            id = await pipeline.SubmitAsync(TestApp.Mail("down@example.com"), Cancellation);
            Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
            var waiting = await pipeline.RowAsync(id, Cancellation);
            Assert.Equal((EmailState.Deferred, 0, 1), (waiting.State, waiting.Attempt, waiting.Waits));
        }
        finally
        {
            await process.StartAsync();
        }

        var row = await TimeTravel.AttemptNowAsync(pipeline, id, Cancellation);
        Assert.Equal((EmailState.Sent, 1), (row.State, row.Attempt));
        await postfix.ArrivalAsync("down@example.com", Cancellation);
    }

    [Fact]
    public async Task A_kept_connection_that_ended_with_Postfix_is_replaced_when_it_is_back()
    {
        var process = postfix.Require();
        await using var pipeline = await StartAsync();
        var before = await pipeline.SubmitAsync(TestApp.Mail("before@example.com"), Cancellation);
        await pipeline.DeliverUntilAsync(before, Cancellation, EmailState.Sent);

        await process.StopAsync();
        await process.StartAsync();
        var id = await pipeline.SubmitAsync(TestApp.Mail("after@example.com"), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Sent, 1), (row.State, row.Attempt));
        await postfix.ArrivalAsync("after@example.com", Cancellation);
    }

    [Fact]
    public async Task A_kept_connection_that_ended_with_Postfix_settles_nothing_while_it_is_down()
    {
        var process = postfix.Require();
        await using var pipeline = await StartAsync();
        var before = await pipeline.SubmitAsync(TestApp.Mail("kept@example.com"), Cancellation);
        await pipeline.DeliverUntilAsync(before, Cancellation, EmailState.Sent);
        var id = await pipeline.SubmitAsync(TestApp.Mail("lost@example.com"), Cancellation);
        await process.StopAsync();
        try
        {
            Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
            var waiting = await pipeline.RowAsync(id, Cancellation);
            Assert.Equal(EmailState.Deferred, waiting.State);
            Assert.Equal(RecipientStatus.Pending, waiting.Recipients[0].Status);
        }
        finally
        {
            await process.StartAsync();
        }

        Assert.Equal(EmailState.Sent, (await TimeTravel.AttemptNowAsync(pipeline, id, Cancellation)).State);
        await postfix.ArrivalAsync("lost@example.com", Cancellation);
        Assert.Single(postfix.Sink.Mails, mail => mail.Recipients.Contains("lost@example.com"));
    }

    [Fact]
    public async Task A_421_in_place_of_a_greeting_costs_no_attempt()
    {
        await using var pipeline = await StartAsync(single: true);
        var id = await pipeline.SubmitAsync(TestApp.Mail("crowd@example.com"), Cancellation);
        using (var other = new TcpClient())
        {
            await other.ConnectAsync(IPAddress.Loopback, postfix.Settings.Single, Cancellation);
            using var lines = new StreamReader(other.GetStream());
            Assert.StartsWith("220 ", await lines.ReadLineAsync(Cancellation), StringComparison.Ordinal);

            Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
            var waiting = await pipeline.RowAsync(id, Cancellation);
            Assert.Equal((EmailState.Deferred, 0, 1), (waiting.State, waiting.Attempt, waiting.Waits));
            Assert.Contains("421 4.7.0", waiting.Reason, StringComparison.Ordinal);
        }

        // Postfix learns by and by that the other has gone.
        await Eventually.TrueAsync(async () => (await TimeTravel.AttemptNowAsync(pipeline, id, Cancellation)).State == EmailState.Sent, "a mail that is sent");
        Assert.Equal(1, (await pipeline.RowAsync(id, Cancellation)).Attempt);
        await postfix.ArrivalAsync("crowd@example.com", Cancellation);
    }

    private async Task<TestApp> StartAsync(bool single = false)
    {
        postfix.Require();
        var port = single ? postfix.Settings.Single : postfix.Settings.Open;
        return await TestApp.On(azurite).WithRelayAt(TestSettings.RelayUrl(port)).StartAsync();
    }
}

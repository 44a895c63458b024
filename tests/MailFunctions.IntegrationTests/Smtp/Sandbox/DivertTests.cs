using System.Text;
using MailFunctions.IntegrationTests.Api.Suppressions;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Smtp.Sandbox;

/// <summary>With the sandbox on, the relay hears of nobody but those allowed and the one that mail is diverted to.</summary>
public sealed class DivertTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mail_to_addresses_that_are_not_allowed_is_diverted_including_bcc_and_retries()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange is { Verb: "RCPT", Seen: 1, LocalPart: "inbox" } ? SmtpAction.Reply("450 4.2.1 Busy") : null;
        await using var pipeline = await StartAsync(relay, (TestSettings.DivertTo, "inbox@divert.example"), (TestSettings.SandboxAllow + ":0", "team.example"));

        var id = await pipeline.SubmitAsync(
            TestApp.Mail("ada@example.com,me@team.example", more: ""","cc":["bob@example.com"],"bcc":["eve@example.net","delivered@sandbox.test"]"""), Cancellation);
        var deferred = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Deferred);
        Assert.Equal("RcptTo: 450 4.2.1 Diverted by the sandbox: Busy", deferred.Reason);
        Assert.Equal(["me@team.example"], Assert.Single(relay.Mails).Recipients);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Equal(["inbox@divert.example"], relay.Mails.ToList()[1].Recipients);
        Assert.Equal(2, row.Attempt);
        Assert.Equal(3, row.Recipients.Count(recipient => recipient.Reply!.Text.StartsWith("Diverted by the sandbox: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Mail_is_not_relayed_without_a_divert_address_and_its_recipients_report_that()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);

        var id = await pipeline.SubmitAsync(TestApp.Mail("ada@example.com", more: ""","bcc":["bob@example.com"]"""), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Equal(0, relay.Connections);
        var answer = await pipeline.ReadAsync(id, Cancellation);
        Assert.Equal("sandbox", answer.GetProperty("attempts")[0].GetProperty("relay").GetString());
        Assert.All(answer.GetProperty("recipients").EnumerateArray(), recipient =>
        {
            Assert.Equal("local", recipient.GetProperty("reply").GetProperty("stage").GetString());
            Assert.StartsWith("Not mailed: the sandbox is on", recipient.GetProperty("reply").GetProperty("text").GetString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Mail_that_was_accepted_before_the_sandbox_was_switched_on_is_diverted_all_the_same()
    {
        await using var relay = new ScriptedSmtpServer();
        var account = azurite.TakeAccount();
        EmailId id;
        await using (var off = await TestApp.On(account).WithRelay(relay).StartAsync())
            id = await off.SubmitAsync(TestApp.Mail("ada@example.com"), Cancellation);
        await using var on = await TestApp.On(account)
            .WithRelay(relay)
            .With(TestSettings.Sandbox, "true")
            .With(TestSettings.DivertTo, "inbox@divert.example")
            .StartAsync();

        await on.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Equal(["inbox@divert.example"], Assert.Single(relay.Mails).Recipients);
    }

    [Fact]
    public async Task Provider_headers_do_not_leave_the_sandbox_even_when_they_are_allowed()
    {
        await using var relay = new ScriptedSmtpServer();
        var account = azurite.TakeAccount();
        var letThrough = (TestSettings.AllowedHeaders + ":0", "X-SMTPAPI");
        EmailId id;
        await using (var off = await TestApp.On(account).WithRelay(relay).With(letThrough).StartAsync())
        {
            id = await off.SubmitAsync(TestApp.Mail(more: ""","headers":{"X-SMTPAPI":"{\"to\":[\"eve@example.net\"]}","X-Order":"7"}"""), Cancellation);
            var other = await off.SubmitAsync(TestApp.Mail(lane: "bulk", more: ""","headers":{"X-SMTPAPI":"{}"}"""), Cancellation);
            await off.DeliverUntilAsync(other, Cancellation, EmailState.Sent);
            Assert.Contains("X-SMTPAPI: {}", Encoding.ASCII.GetString(Assert.Single(relay.Mails).Content.Span), StringComparison.Ordinal);
        }

        await using var on = await TestApp.On(account)
            .WithRelay(relay)
            .With(letThrough)
            .With(TestSettings.Sandbox, "true")
            .With(TestSettings.DivertTo, "inbox@divert.example")
            .StartAsync();
        await on.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        var content = Encoding.ASCII.GetString(relay.Mails.Last().Content.Span);
        Assert.DoesNotContain("SMTPAPI", content, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("eve@example.net", content, StringComparison.Ordinal);
        Assert.Contains("X-Order: 7", content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_whose_real_recipient_is_suppressed_needs_no_relay_for_the_others()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay, (TestSettings.SandboxAllow, "example.com"));
        await pipeline.SuppressAsync("ada@example.com");

        var id = await pipeline.SubmitAsync(TestApp.Mail("ada@example.com,delivered@sandbox.test"), Cancellation);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Partial);

        Assert.Equal([RecipientStatus.Suppressed, RecipientStatus.Sent], row.Recipients.Select(recipient => recipient.Status));
        Assert.Equal(0, relay.Connections);
    }

    [Fact]
    public async Task A_claim_group_of_mixed_recipients_reaches_only_allowed_and_diverted_addresses()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay, (TestSettings.SandboxAllow, "team.example"), (TestSettings.DivertTo, "inbox@divert.example"));
        string[] recipients = ["ada@example.com", "me@team.example", "delivered@sandbox.test", "bounced@sandbox.test"];

        var ids = await QueuedMails.PutAsync(
            pipeline, Lane.Bulk, 12, Cancellation, (i, row) => row with { Recipients = [row.Recipients[0] with { Mailbox = recipients[i % recipients.Length] }] });
        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        var rows = await pipeline.Ledger.ReadManyAsync(ids, Cancellation);
        Assert.Equal([EmailState.Sent, EmailState.Sent, EmailState.Sent, EmailState.Failed], ids.Take(4).Select(id => rows[id].State));
        Assert.All(rows.Values, row => Assert.Equal(1, row.Attempt));
        Assert.Equal(6, relay.Mails.Count);
        Assert.Equal(["inbox@divert.example", "me@team.example"], relay.Mails.SelectMany(mail => mail.Recipients).Distinct().Order());
    }

    private Task<TestApp> StartAsync(ScriptedSmtpServer relay, params IEnumerable<(string, string)> settings) =>
        TestApp.On(azurite).WithRelay(relay).With(TestSettings.Sandbox, "true").With(settings).StartAsync();
}

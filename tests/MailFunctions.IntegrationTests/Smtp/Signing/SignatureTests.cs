using System.Text;
using MailFunctions.IntegrationTests.Crash;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Postfix;
using MailFunctions.Mail;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Smtp.Signing;

/// <summary>Signatures of mail that has arrived, held against another implementation of DKIM.</summary>
[Collection(nameof(PostfixFixture))]
public sealed class SignatureTests(AzuriteFixture azurite, PostfixFixture postfix)
{
    private static readonly string[] BothVerify = ["rsa-sha256: True", "ed25519-sha256: True"];

    /// <summary>What a mail has besides sender, recipient, subject and text.</summary>
    private static readonly string[] Mails =
    [
        "",
        ""","cc":"Zoë <zoe@example.com>","reply_to":"Größe <help@example.org>","html":"<p>Grüße — 漢字 😀</p>","headers":{"X-Greeting":"Grüße"}""",
        ""","headers":{"List-Unsubscribe":"<https://example.org/u?a=1>","List-Unsubscribe-Post":"List-Unsubscribe=One-Click","References":"<a@example.org> <b@example.org>","In-Reply-To":"<b@example.org>"}""",
        $$""","attachments":[{"filename":"größe.txt","content":"{{Convert.ToBase64String(new byte[70_000])}}"},{"filename":"b.pdf","content":"AAAA","content_type":"application/pdf"}]""",
        ""","attachments":[{"path":"blob:film.mp4"}]""",
        $$""","html":"{{new string('x', 5000)}}  \t\n.\n..\n \n\n\n" """,
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("DATA")]
    [InlineData("BDAT")]
    public async Task Every_kind_of_mail_has_two_signatures_that_verify(string command)
    {
        PythonDkim.Require();
        await using var relay = Relay(command);
        await using var pipeline = await StartAsync(TestApp.On(azurite).WithRelay(relay));

        foreach (var more in Mails)
            await pipeline.DeliverUntilAsync(await pipeline.SubmitAsync(TestApp.Mail(more: more), Cancellation), Cancellation, EmailState.Sent);

        Assert.Equal(Mails.Length, relay.Mails.Count);
        Assert.Contains(relay.Exchanges, exchange => exchange.Verb == command);
        Assert.All(PythonDkim.Verify(SigningKeys.Records, relay.Mails.Select(mail => mail.Content)), signatures => Assert.Equal(BothVerify, signatures));
        Assert.All(
            PythonDkim.Verify(SigningKeys.Records, relay.Mails.Select(mail => WithSecondFrom(mail.Content))),
            signatures => Assert.Equal(["rsa-sha256: False", "ed25519-sha256: False"], signatures));
    }

    [Fact]
    public async Task A_sender_beyond_ASCII_is_signed_as_it_goes_out_under_SMTPUTF8()
    {
        PythonDkim.Require();
        await using var relay = Relay("DATA");
        await using var pipeline = await StartAsync(TestApp.On(azurite).WithRelay(relay));
        foreach (var (from, to) in ((string, string)[])[("Zoë <zoë@example.org>", "ada@example.com"), ("shop@example.org", "jürgen@example.com")])
        {
            var mail = $$"""{"from":"{{from}}","to":"{{to}}","subject":"Grüße","text":"Grüße","attachments":[{"filename":"größe.txt","content":"AAAA"}]}""";
            await pipeline.DeliverUntilAsync(await pipeline.SubmitAsync(mail, Cancellation), Cancellation, EmailState.Sent);
        }

        Assert.All(relay.Mails, mail => Assert.Contains("SMTPUTF8", mail.Parameters.Keys));
        Assert.All(PythonDkim.Verify(SigningKeys.Records, relay.Mails.Select(mail => mail.Content)), signatures => Assert.Equal(BothVerify, signatures));
    }

    [Fact]
    public async Task Signatures_hold_on_the_way_through_Postfix()
    {
        postfix.Require();
        PythonDkim.Require();
        await using var pipeline = await StartAsync(TestApp.On(azurite).WithRelayAt(TestSettings.RelayUrl(postfix.Settings.Open)));
        var arrived = new List<ReadOnlyMemory<byte>>();

        foreach (var (index, more) in Mails.Index())
        {
            var recipient = FormattableString.Invariant($"signed{index}@example.com");
            await pipeline.DeliverUntilAsync(await pipeline.SubmitAsync(TestApp.Mail(recipient, more: more), Cancellation), Cancellation, EmailState.Sent);
            arrived.Add((await postfix.ArrivalAsync(recipient, Cancellation)).Content);
        }

        Assert.All(PythonDkim.Verify(SigningKeys.Records, arrived), signatures => Assert.Equal(BothVerify, signatures));
    }

    [Fact]
    public async Task A_retry_is_signed_to_the_same_bytes()
    {
        await using var relay = Relay("DATA");
        relay.Script = exchange => exchange is { Verb: SmtpExchange.FinalDot, Seen: 1 } ? SmtpAction.Reply("451 4.3.0 Later").Stored() : null;
        await using var pipeline = await StartAsync(TestApp.On(azurite).WithRelay(relay));
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);

        await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation);
        await TimeTravel.AttemptNowAsync(pipeline, id, Cancellation);

        Assert.Equal(2, relay.Mails.Count);
        Assert.NotNull(relay.Mails.First().Header("DKIM-Signature"));
        Assert.Equal(relay.Mails.First().Content.ToArray(), relay.Mails.Last().Content.ToArray());
    }

    [Theory]
    [InlineData("Sign", "false")]
    [InlineData("RewrittenHeaders", "Message-ID, Date")]
    public async Task A_relay_gets_the_signatures_that_hold_behind_it(string setting, string value)
    {
        await using var relay = Relay("DATA");
        await using var pipeline = await StartAsync(TestApp.On(azurite).WithRelay(relay, (setting, value)));

        await pipeline.DeliverUntilAsync(await pipeline.SubmitAsync(TestApp.Mail(), Cancellation), Cancellation, EmailState.Sent);

        var signature = Assert.Single(relay.Mails).Header("DKIM-Signature");
        Assert.Equal(setting == "Sign", signature is null);
        Assert.DoesNotContain("message-id", signature ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accepted_mail_goes_unsigned_when_its_key_is_gone_and_a_key_is_required()
    {
        await using var relay = Relay("DATA");
        var account = azurite.TakeAccount();
        EmailId id;
        await using (var before = await StartAsync(TestApp.On(account).WithRelay(relay)))
            id = await before.SubmitAsync(TestApp.Mail(), Cancellation);
        var other = SigningKeys.Setting(0, "s1", SigningKeys.RsaPem).Append(("MailFunctions:Dkim:Keys:0:Domain", "example.net")).Append(("MailFunctions:Dkim:Required", "true"));
        await using var after = await TestApp.On(account).WithRelay(relay).With(other).StartAsync();

        var (status, refused, _) = await after.PostAsync(TestApp.Mail(), Cancellation);
        await after.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Equal((403, "sender_not_allowed"), (status, refused.RootElement.GetProperty("name").GetString()));
        Assert.Null(Assert.Single(relay.Mails).Header("DKIM-Signature"));
    }

    private static ScriptedSmtpServer Relay(string command)
    {
        var options = new SmtpServerOptions();
        return new(command == "BDAT" ? options with { Keywords = [.. options.Keywords, "CHUNKING"] } : options);
    }

    private static async Task<TestApp> StartAsync(TestAppBuilder builder)
    {
        var pipeline = await builder.With(TestSettings.Container, "files").With(SigningKeys.Settings).StartAsync();
        var film = new byte[1_100_000];
        new Random(7).NextBytes(film);
        await pipeline.Storage.Container("files").GetBlobClient("film.mp4").UploadAsync(new BinaryData(film), overwrite: true, Cancellation);
        return pipeline;
    }

    private static ReadOnlyMemory<byte> WithSecondFrom(ReadOnlyMemory<byte> mail) =>
        (byte[])[.. Encoding.ASCII.GetBytes("From: Mallory <mallory@example.net>\r\n"), .. mail.Span];
}

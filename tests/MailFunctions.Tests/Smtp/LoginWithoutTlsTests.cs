using MailFunctions.Mail;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sessions;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.Tests.Telemetry;
using MailKit.Security;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Smtp;

/// <summary>No password and no token goes over a line that others can read, unless a setting says so.</summary>
public sealed class LoginWithoutTlsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("smtp.example.com", "none", false, true)]
    [InlineData("smtp.example.com", "when-available", false, true)]
    [InlineData("smtp.example.com", "required", false, true)]
    [InlineData("192.0.2.1", "none", false, true)]
    [InlineData("smtp.example.com", "none", true, false)]
    [InlineData("localhost", "none", false, false)]
    [InlineData("127.0.0.1", "when-available", false, false)]
    [InlineData("127.8.8.8", "none", false, false)]
    [InlineData("::1", "none", false, false)]
    public void A_login_needs_TLS_off_this_machine_unless_a_setting_says_otherwise(string host, string tls, bool allowed, bool needs)
    {
        var relay = Relays.Read(new RelayOptions { Host = host, Tls = tls, User = "u", Password = "p", AllowLoginWithoutTls = allowed });

        Assert.Equal(needs, relay.Login!.NeedsTls);
    }

    [Theory]
    [InlineData("password", SecureSocketOptions.None, "PLAIN")]
    [InlineData("password", SecureSocketOptions.StartTlsWhenAvailable, "PLAIN LOGIN")]
    [InlineData("password", SecureSocketOptions.StartTlsWhenAvailable, "SCRAM-SHA-256 CRAM-MD5")]
    [InlineData("xoauth2", SecureSocketOptions.StartTlsWhenAvailable, "XOAUTH2")]
    [InlineData("oauthbearer", SecureSocketOptions.None, "OAUTHBEARER")]
    public async Task Login_data_is_not_sent_without_TLS_and_the_relay_counts_as_refusing_us(string auth, SecureSocketOptions security, string mechanisms)
    {
        await using var server = new ScriptedSmtpServer(new SmtpServerOptions { Keywords = [$"AUTH {mechanisms}"] });
        var credential = new FakeTokenCredential(new FakeTimeProvider());
        var relay = Elsewhere(server, auth, allowed: false) with { Security = security };
        using var authenticator = new Authenticator(relay, _ => credential, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<RelayUnreachableException>(() =>
            RelaySession.OpenAsync(relay, authenticator, new Instruments().Smtp, TimeProvider.System, Cancellation));
        await server.WaitForClosedAsync(1, Cancellation);

        Assert.Equal((SmtpStage.Local, 538, "5.7.11"), (refused.Reply.Stage, refused.Reply.Code, refused.Reply.EnhancedCode));
        Assert.Contains("AllowLoginWithoutTls", refused.Reason, StringComparison.Ordinal);
        Assert.Equal((RelaySign.RefusesUs, RelayCause.Tls), (RelaySigns.Of(refused).Sign, RelaySigns.Of(refused).Cause));
        Assert.DoesNotContain(server.Exchanges, exchange => exchange.Verb == "AUTH");
        Assert.Null(credential.Scope);
    }

    [Fact]
    public async Task AllowLoginWithoutTls_sends_the_login_without_TLS()
    {
        await using var server = new ScriptedSmtpServer(new SmtpServerOptions { Keywords = ["AUTH PLAIN"] });
        var relay = Elsewhere(server, "password", allowed: true);
        using var authenticator = new Authenticator(relay, TokenCredentials.Create, TimeProvider.System);

        await using var session = await RelaySession.OpenAsync(relay, authenticator, new Instruments().Smtp, TimeProvider.System, Cancellation);

        Assert.Equal("p", Assert.Single(server.Exchanges, exchange => exchange.Verb == "AUTH").Secret);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_password_sent_over_TLS_is_not_sent_again_over_a_cleartext_connection(bool stripped)
    {
        await using var server = new ScriptedSmtpServer(new SmtpServerOptions { Keywords = ["STARTTLS", "AUTH PLAIN LOGIN"] });
        server.Script = exchange => exchange switch
        {
            { Verb: "AUTH", Argument: "PLAIN" } => SmtpAction.Close,
            { Verb: "EHLO", Connection: > 1 } when stripped => SmtpAction.Reply(250, "localhost", "AUTH PLAIN LOGIN"),
            _ => null,
        };
        var relay = Elsewhere(server, "password", allowed: false) with { Security = SecureSocketOptions.StartTlsWhenAvailable };
        using var authenticator = new Authenticator(relay, TokenCredentials.Create, TimeProvider.System);
        using var conversation = new SmtpConversation(new Instruments().Smtp, TimeProvider.System)
        {
            Chunking = new ConnectionChunking(relay.Chunking, TimeProvider.System),
            NameOf = address => EhloName.For(relay, address),
            ConnectTimeout = relay.ConnectTimeout,
        };
        conversation.ServerCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == server.Certificate.Thumbprint;
        await conversation.ConnectAsync(relay, Cancellation);

        var thrown = await Record.ExceptionAsync(() => authenticator.AuthenticateAsync(conversation, Cancellation));

        Assert.Equal(stripped ? typeof(LoginNeedsTlsException) : null, thrown?.GetType());
        Assert.Equal(stripped ? ["PLAIN"] : ["PLAIN", "LOGIN"], server.Exchanges.Where(exchange => exchange.Verb == "AUTH").Select(exchange => exchange.Argument));
        Assert.All(server.Exchanges.Where(exchange => exchange.Verb == "AUTH"), exchange => Assert.True(exchange.IsTls));
    }

    /// <summary>The relay of settings that name another machine, with this machine in its place.</summary>
    private static Relay Elsewhere(ScriptedSmtpServer server, string auth, bool allowed)
    {
        var options = new RelayOptions
        {
            Host = "smtp.example.com",
            Tls = "none",
            Auth = auth,
            User = "u",
            Password = auth == "password" ? "p" : null,
            OAuth = new() { Scope = "scope", ManagedIdentityClientId = "id" },
            AllowLoginWithoutTls = allowed,
        };
        return Relays.Read(options) with { Host = "127.0.0.1", Port = server.Port };
    }
}

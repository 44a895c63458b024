using MailFunctions.Mail;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sessions;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.Tests.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Smtp;

public sealed class AuthenticatorTests
{
    private const string Scope = "https://outlook.office365.com/.default";

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeTokenCredential _credential;
    private int _made;

    public AuthenticatorTests() => _credential = new FakeTokenCredential(_clock);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_for_the_scope_is_shown_as_xoauth2_and_used_again()
    {
        await using var server = new ScriptedSmtpServer();
        using var authenticator = Authenticator(server);

        await LogInAsync(server, authenticator);
        await LogInAsync(server, authenticator);

        Assert.Equal(Scope, _credential.Scope);
        Assert.Equal([("news@example.com", "token-1"), ("news@example.com", "token-1")], Logins(server));
    }

    [Fact]
    public async Task A_token_is_shown_as_oauthbearer_where_that_is_asked_for()
    {
        await using var server = new ScriptedSmtpServer(new SmtpServerOptions { Keywords = ["AUTH OAUTHBEARER"] });
        using var authenticator = Authenticator(server, "oauthbearer");

        await LogInAsync(server, authenticator);

        Assert.Equal("OAUTHBEARER", Assert.Single(server.Exchanges, exchange => exchange.Verb == "AUTH").Argument);
        Assert.Equal([("news@example.com", "token-1")], Logins(server));
    }

    [Fact]
    public async Task A_token_is_renewed_five_minutes_before_it_expires()
    {
        await using var server = new ScriptedSmtpServer();
        using var authenticator = Authenticator(server);

        await LogInAsync(server, authenticator);
        _clock.Advance(TimeSpan.FromMinutes(54));
        await LogInAsync(server, authenticator);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await LogInAsync(server, authenticator);

        Assert.Equal(["token-1", "token-1", "token-2"], Logins(server).Select(login => login.Secret));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_kept_token_that_is_refused_is_replaced_once(bool closes)
    {
        await using var server = new ScriptedSmtpServer();
        using var authenticator = Authenticator(server);
        await LogInAsync(server, authenticator);
        server.Script = exchange => exchange is not { Verb: "AUTH", Secret: "token-1" } ? null
            : closes ? SmtpAction.Reply("535 5.7.3 Unsuccessful").ThenClose()
            : SmtpAction.Reply("334 eyJzdGF0dXMiOiI0MDEifQ==");

        await LogInAsync(server, authenticator);

        Assert.Equal(["token-1", "token-1", "token-2"], Logins(server).Select(login => login.Secret));
        Assert.Equal(2, _made);
    }

    [Fact]
    public async Task A_token_made_just_now_that_is_refused_is_not_replaced()
    {
        await using var server = new ScriptedSmtpServer();
        server.Script = exchange => exchange.Verb == "AUTH" ? SmtpAction.Reply("535 5.7.3 Unsuccessful") : null;
        using var authenticator = Authenticator(server);

        var refused = await Assert.ThrowsAsync<RelayUnreachableException>(() => LogInAsync(server, authenticator));

        Assert.Equal((SmtpStage.Auth, 535), (refused.Reply.Stage, refused.Reply.Code));
        Assert.Equal(RelaySign.RefusesUs, RelaySigns.Of(refused).Sign);
        Assert.Equal(["token-1"], Logins(server).Select(login => login.Secret));
    }

    [Fact]
    public async Task Concurrent_connections_share_one_token()
    {
        await using var server = new ScriptedSmtpServer();
        using var authenticator = Authenticator(server);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LogInAsync(server, authenticator)));

        Assert.Equal(1, _credential.Given);
    }

    [Fact]
    public async Task A_failed_token_request_is_reported_by_its_error_number_only()
    {
        await using var server = new ScriptedSmtpServer();
        using var authenticator = Authenticator(server);
        _credential.Fault = new Azure.Identity.AuthenticationFailedException("AADSTS7000215: Invalid client secret 'hush' provided.");

        var unreachable = await Assert.ThrowsAsync<RelayUnreachableException>(() => LogInAsync(server, authenticator));

        Assert.Equal("No access token could be had (AuthenticationFailedException AADSTS7000215).", unreachable.Reply.Text);
        Assert.DoesNotContain("hush", unreachable.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Exchanges, exchange => exchange.Verb == "AUTH");
    }

    [Fact]
    public void Relay_objects_formatted_as_text_contain_no_secret()
    {
        var options = new RelayOptions
        {
            Url = "smtp://user:hush@smtp.example.com",
            ClientCertificatePassword = "hush",
            OAuth = new() { ClientSecret = "hush", CertificatePassword = "hush" },
        };
        var relay = Relays.Read(options);
        var tokens = new TokenSource(Scope, options.OAuth);

        foreach (var thing in (object[])[options, options.OAuth, relay, relay.Login!, tokens, new RelayLogin(LoginKind.XOAuth2, "user", "hush", tokens)])
            Assert.DoesNotContain("hush", thing.ToString(), StringComparison.Ordinal);
    }

    private Authenticator Authenticator(ScriptedSmtpServer server, string auth = "xoauth2") => new(Relay(server, auth), Create, _clock);

    private FakeTokenCredential Create(OAuthOptions options)
    {
        Assert.Equal("id", options.ManagedIdentityClientId);
        _made++;
        return _credential;
    }

    private async Task LogInAsync(ScriptedSmtpServer server, Authenticator authenticator)
    {
        await using var session = await RelaySession.OpenAsync(Relay(server, "xoauth2"), authenticator, new Instruments().Smtp, _clock, Cancellation);
        Assert.True(session.IsUsable);
    }

    private static Relay Relay(ScriptedSmtpServer server, string auth)
    {
        var options = Relays.To(server);
        options.Auth = auth;
        options.User = "news@example.com";
        options.OAuth = new() { Scope = Scope, ManagedIdentityClientId = "id" };
        return Relays.Read(options);
    }

    private static IEnumerable<(string? User, string? Secret)> Logins(ScriptedSmtpServer server) =>
        server.Exchanges.Where(exchange => exchange.Verb == "AUTH").Select(exchange => (exchange.User, exchange.Secret));
}

using MailFunctions.Mail;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sessions;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.Tests.Telemetry;

namespace MailFunctions.Tests.Smtp;

/// <summary>Which mechanism a password is shown by, and what follows when that fails.</summary>
public sealed class PasswordLoginTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, "SCRAM-SHA-256 CRAM-MD5 LOGIN PLAIN", null, "PLAIN")]
    [InlineData(true, "CRAM-MD5 LOGIN", null, "LOGIN")]
    [InlineData(true, "CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-1-PLUS", null, "SCRAM-SHA-1-PLUS")]
    [InlineData(true, "plain login", null, "PLAIN")]
    [InlineData(true, "PLAIN LOGIN CRAM-MD5", "cram-md5,LOGIN", "cram-md5")]
    [InlineData(false, "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256", null, "SCRAM-SHA-256")]
    [InlineData(false, "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1-PLUS", null, "CRAM-MD5")]
    [InlineData(false, "LOGIN PLAIN", null, "PLAIN")]
    [InlineData(false, "SCRAM-SHA-256 PLAIN", "PLAIN,SCRAM-SHA-256", "PLAIN")]
    [InlineData(true, "XOAUTH2 OAUTHBEARER", null, null)]
    public void PLAIN_and_LOGIN_come_first_over_TLS_and_last_without_it(bool isSecure, string offered, string? setting, string? first)
    {
        var relay = Relays.Read(new RelayOptions { Host = "smtp.example.com", User = "u", Password = "p", AuthMechanisms = setting });

        Assert.Equal(first, new MechanismOrder(relay.Login!.Mechanisms).Next(offered.Split(' '), isSecure, new HashSet<string>()));
    }

    [Theory]
    [InlineData("KERBEROS_V4")]
    [InlineData("PLAIN,XOAUTH2")]
    [InlineData("PLAIN,plain")]
    public void A_list_of_mechanisms_that_is_wrong_stops_the_app(string setting)
    {
        var errors = new List<string>();

        RelayList.Read(new RelaysOptions { Relay = new() { Host = "smtp.example.com", User = "u", Password = "p", AuthMechanisms = setting } }, errors);

        Assert.StartsWith("MailFunctions:Relay:AuthMechanisms takes some of PLAIN, LOGIN,", Assert.Single(errors), StringComparison.Ordinal);
    }

    /// <summary>Everything that a relay may do to a mechanism that it offers and cannot do.</summary>
    public static TheoryData<string> Failures => new("closes", "resets", "refuses", "refuses and closes", "not known", "too weak", "malformed", "garbage");

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_proof_that_fails_is_followed_by_the_password_and_is_not_the_first_again(string failure)
    {
        await using var server = Server("CRAM-MD5 PLAIN LOGIN");
        server.Script = exchange => exchange is { Verb: "AUTH", Argument: "CRAM-MD5" } ? Fail(failure) : null;
        var relay = Relay(server);
        using var authenticator = Authenticator(relay);

        await using (await OpenAsync(relay, authenticator))
        await using (await OpenAsync(relay, authenticator))
        {
            Assert.Equal(["CRAM-MD5", "PLAIN", "PLAIN"], Tried(server));
        }
    }

    [Theory]
    [InlineData("closes")]
    [InlineData("not known")]
    [InlineData("too weak")]
    public async Task PLAIN_that_the_relay_cannot_do_is_followed_by_LOGIN(string failure)
    {
        await using var server = Server("PLAIN LOGIN");
        server.Script = exchange => exchange is { Verb: "AUTH", Argument: "PLAIN" } ? Fail(failure) : null;
        var relay = Relay(server);
        using var authenticator = Authenticator(relay);

        await using (await OpenAsync(relay, authenticator))
        await using (await OpenAsync(relay, authenticator))
        {
            Assert.Equal(["PLAIN", "LOGIN", "LOGIN"], Tried(server));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_wrong_password_is_tried_once_per_login_with_the_next_mechanism_each_time(bool closes)
    {
        await using var server = Server("PLAIN LOGIN");
        server.Script = exchange => exchange.Verb == "AUTH" ? Fail(closes ? "refuses and closes" : "refuses") : null;
        var relay = Relay(server);
        using var authenticator = Authenticator(relay);

        for (var i = 0; i < 3; i++)
        {
            var refused = await Assert.ThrowsAsync<RelayUnreachableException>(() => OpenAsync(relay, authenticator));
            Assert.Equal((SmtpStage.Auth, 535), (refused.Reply.Stage, refused.Reply.Code));
            Assert.Equal(RelaySign.RefusesUs, RelaySigns.Of(refused).Sign);
        }

        Assert.Equal(["PLAIN", "LOGIN", "PLAIN"], Tried(server));
    }

    [Fact]
    public async Task A_wrong_password_is_tried_by_one_proof_and_once_in_itself()
    {
        await using var server = Server("SCRAM-SHA-512 SCRAM-SHA-256 SCRAM-SHA-1 DIGEST-MD5 CRAM-MD5 PLAIN LOGIN");
        server.Script = exchange => exchange.Verb == "AUTH" ? Fail("refuses and closes") : null;
        var relay = Relay(server);
        using var authenticator = Authenticator(relay);

        var refused = await Assert.ThrowsAsync<RelayUnreachableException>(() => OpenAsync(relay, authenticator));

        Assert.Equal(535, refused.Reply.Code);
        Assert.Equal(["SCRAM-SHA-512", "PLAIN"], Tried(server));
    }

    [Fact]
    public async Task A_relay_that_closes_on_AUTH_is_tried_with_four_mechanisms_per_login()
    {
        await using var server = Server("SCRAM-SHA-512 SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN LOGIN");
        server.Script = exchange => exchange.Verb == "AUTH" ? SmtpAction.Close : null;
        var relay = Relay(server);
        using var authenticator = Authenticator(relay);

        await Assert.ThrowsAsync<RelayUnreachableException>(() => OpenAsync(relay, authenticator));
        Assert.Equal(["SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"], Tried(server));
        await Assert.ThrowsAsync<RelayUnreachableException>(() => OpenAsync(relay, authenticator));

        Assert.Equal(["PLAIN", "LOGIN"], Tried(server).Skip(4).Take(2));
    }

    [Fact]
    public async Task A_relay_that_sends_us_away_while_we_log_in_says_nothing_of_the_mechanism()
    {
        await using var server = Server("PLAIN LOGIN");
        server.Script = exchange => exchange is { Verb: "AUTH", Connection: 1 } ? SmtpAction.Reply("421 4.7.0 Too many connections").ThenClose() : null;
        var relay = Relay(server);
        using var authenticator = Authenticator(relay);

        var away = await Assert.ThrowsAsync<RelayUnreachableException>(() => OpenAsync(relay, authenticator));
        await using var session = await OpenAsync(relay, authenticator);

        Assert.Equal((421, RelaySign.Fails), (away.Reply.Code, RelaySigns.Of(away).Sign));
        Assert.Equal(["PLAIN", "PLAIN"], Tried(server));
    }

    [Fact]
    public async Task A_mechanism_that_stalls_ends_the_login_and_is_not_the_first_again()
    {
        await using var server = Server("CRAM-MD5 PLAIN");
        server.Script = exchange => exchange is { Verb: "AUTH", Argument: "CRAM-MD5" } ? SmtpAction.Stall : null;
        var relay = Relay(server);
        using var authenticator = Authenticator(relay);

        await Assert.ThrowsAsync<RelayUnreachableException>(() => OpenAsync(relay with { ReplyTimeout = TimeSpan.FromSeconds(3) }, authenticator));
        await using var session = await OpenAsync(relay, authenticator);

        Assert.Equal(["CRAM-MD5", "PLAIN"], Tried(server));
    }

    [Theory]
    [InlineData("Username:", "Password:")]
    [InlineData("Password:", "Username:")]
    [InlineData("User Name\0", "Password\0")]
    [InlineData("", "")]
    [InlineData("Benutzer:", "Kennwort:")]
    public async Task The_prompts_of_LOGIN_get_what_they_ask_for(string first, string second)
    {
        await using var server = new ScriptedSmtpServer(new SmtpServerOptions { Keywords = ["AUTH LOGIN"], LoginPrompts = [first, second] });
        var relay = Relay(server);
        using var authenticator = Authenticator(relay);

        await using var session = await OpenAsync(relay, authenticator);

        var shown = Assert.Single(server.Exchanges, exchange => exchange.Verb == "AUTH");
        Assert.Equal(("shop", "hush"), (shown.User, shown.Secret));
    }

    [Theory]
    [InlineData("AUTH=PLAIN LOGIN")]
    [InlineData("AUTH PLAIN LOGIN", "AUTH=PLAIN LOGIN")]
    [InlineData("auth plain login")]
    public async Task Old_ways_to_offer_mechanisms_are_understood(params string[] keywords)
    {
        await using var server = new ScriptedSmtpServer(new SmtpServerOptions { Keywords = keywords });
        var relay = Relay(server);
        using var authenticator = Authenticator(relay);

        await using var session = await OpenAsync(relay, authenticator);

        Assert.Equal(("shop", "hush"), server.Exchanges.Where(exchange => exchange.Verb == "AUTH").Select(exchange => (exchange.User, exchange.Secret)).Single());
    }

    [Fact]
    public async Task A_relay_without_a_password_mechanism_is_distinguished_from_a_refused_login()
    {
        await using var server = Server("XOAUTH2");
        var relay = Relay(server);
        using var authenticator = Authenticator(relay);

        var refused = await Assert.ThrowsAsync<RelayUnreachableException>(() => OpenAsync(relay, authenticator));

        Assert.Equal("The relay offers no mechanism that takes a password and that the settings allow: XOAUTH2.", refused.Reply.Text);
        Assert.DoesNotContain(server.Exchanges, exchange => exchange.Verb == "AUTH");
    }

    private static SmtpAction Fail(string failure) => failure switch
    {
        "closes" => SmtpAction.Close,
        "resets" => SmtpAction.Reset,
        "refuses" => SmtpAction.Reply("535 5.7.8 Authentication failed"),
        "refuses and closes" => SmtpAction.Reply("535 5.7.8 Authentication failed").ThenClose(),
        "not known" => SmtpAction.Reply("504 5.5.4 Unrecognized authentication type"),
        "too weak" => SmtpAction.Reply("534 5.7.9 Mechanism is too weak"),
        "malformed" => SmtpAction.Reply("334 ***"),
        _ => SmtpAction.Reply("what?"),
    };

    private static ScriptedSmtpServer Server(string mechanisms) => new(new SmtpServerOptions { Keywords = [$"AUTH {mechanisms}"] });

    private static Relay Relay(ScriptedSmtpServer server)
    {
        var options = Relays.To(server);
        (options.User, options.Password) = ("shop", "hush");
        return Relays.Read(options);
    }

    private static Authenticator Authenticator(Relay relay) => new(relay, TokenCredentials.Create, TimeProvider.System);

    private static Task<RelaySession> OpenAsync(Relay relay, Authenticator authenticator) =>
        RelaySession.OpenAsync(relay, authenticator, new Instruments().Smtp, TimeProvider.System, Cancellation);

    private static IEnumerable<string> Tried(ScriptedSmtpServer server) =>
        server.Exchanges.Where(exchange => exchange.Verb == "AUTH").Select(exchange => exchange.Argument);
}

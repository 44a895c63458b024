using MailFunctions.Mail;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Rates;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Signing;
using MailFunctions.TestPeers.Smtp;
using MailKit.Security;
using MimeKit;

namespace MailFunctions.Tests.Smtp;

public sealed class RelayListTests
{
    [Fact]
    public void One_url_is_enough_for_the_simple_case()
    {
        var relay = Relays.Read(new RelayOptions { Url = "smtp://user:p%40ss@smtp.example.com" });

        Assert.Equal(("smtp.example.com", "smtp.example.com", 587, SecureSocketOptions.StartTls), (relay.Name, relay.Host, relay.Port, relay.Security));
        Assert.Equal(new RelayLogin(LoginKind.Password, "user", "p@ss", null), relay.Login);
        Assert.Equal(new ConnectionShares(5, 5, 0), relay.Connections);
        Assert.True(relay.Match.IsAny);
        Assert.Empty(relay.Limits);
    }

    [Fact]
    public void Several_relays_are_named_by_their_keys()
    {
        var relays = Relays.Read(Relays.Several(("ses", new() { Host = "a.example" }), ("own", new() { Host = "b.example", Weight = 0 })));

        Assert.Equal(["ses", "own"], relays.Select(relay => relay.Name));
        Assert.Equal([1, 0], relays.Select(relay => relay.Weight));
    }

    [Fact]
    public void Invalid_relay_settings_are_all_reported_with_names_and_ranges()
    {
        var options = Relays.Several(
            ("a", new()
            {
                Host = "a.example",
                Port = 70_000,
                MaxConnections = 0,
                MaxMailsPerConnection = 0,
                BulkShare = 2,
                Weight = 101,
                BreakerFailures = 0,
                PerSecond = -1,
                RecipientsPerDay = 7,
                MaxAge = TimeSpan.Zero,
                ConnectionWait = TimeSpan.FromHours(1),
                Auth = "kerberos",
                Match = new() { Lane = "express" },
            }),
            ("b", new() { Preset = "hotmail" }),
            ("c", new() { Preset = "ses", Host = "smtp.example.com", User = "u" }));
        options.Relay.Url = "smtp://x.example";

        var errors = Errors(options);

        Assert.Contains("MailFunctions:Relay and :Relays exclude each other: name each relay under :Relays.", errors);
        foreach (var setting in (string[])["Port", "MaxConnections", "MaxMailsPerConnection", "BulkShare", "Weight", "BreakerFailures", "PerSecond", "RecipientsPerDay", "MaxAge", "ConnectionWait", "Match:Lane"])
            Assert.Single(errors, error => error.StartsWith($"MailFunctions:Relays:a:{setting} is out of range: it takes ", StringComparison.Ordinal));
        Assert.Contains("MailFunctions:Relays:a:Auth takes password, xoauth2, oauthbearer or none.", errors);
        Assert.Contains(errors, error => error.StartsWith("MailFunctions:Relays:b:Preset ", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith("MailFunctions:Relays:c:Host is no host of the preset ses", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_relays_of_one_name_are_refused() =>
        Assert.Contains(
            "MailFunctions:Relays has 2 relays of the name same.",
            Errors(Relays.Several(("a", new() { Host = "a.example", Name = "same" }), ("b", new() { Host = "b.example", Name = "same" }))));

    [Fact]
    public void A_missing_relay_is_reported_with_the_setting_to_add() =>
        Assert.Contains("MailFunctions:Relay:Url (or :Host) is missing", Assert.Single(Errors(new RelaysOptions())), StringComparison.Ordinal);

    [Theory]
    [InlineData("ses", null, true, false)]
    [InlineData("ses", "", true, true)]
    [InlineData("gmail", null, true, true)]
    [InlineData("gmail", "date,message-id", true, false)]
    [InlineData("gmail", null, false, null)]
    public void What_signatures_cover_depends_on_the_relay(string preset, string? rewritten, bool sign, bool? coversDate)
    {
        var host = preset == "ses" ? "email-smtp.eu-central-1.amazonaws.com" : null;
        var relay = Relays.Read(new RelayOptions { Preset = preset, Host = host, User = "u", Password = "p", RewrittenHeaders = rewritten, Sign = sign });
        using var message = new MimeMessage { Date = DateTimeOffset.UnixEpoch, MessageId = "a@example.com", Body = new TextPart("plain") { Text = "Hello." } };

        var names = relay.SignedFields?.Of(HeaderBlock.Of(message, new FormatOptions()));

        Assert.Equal((coversDate, coversDate), (names?.Contains("date"), names?.Contains("message-id")));
    }

    [Theory]
    [InlineData("From")]
    [InlineData("X-Order")]
    [InlineData("Date; Message-ID")]
    public void A_header_that_is_never_or_always_signed_is_none_that_a_relay_may_rewrite(string names)
    {
        var errors = new List<string>();
        RelayList.Read(new RelaysOptions { Relay = new() { Host = "smtp.example.com", RewrittenHeaders = names } }, errors);

        Assert.StartsWith("MailFunctions:Relay:RewrittenHeaders ", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exchange-online", "smtp.office365.com", "https://outlook.office365.com/.default")]
    [InlineData("acs", "smtp.azurecomm.net", "https://communication.azure.com/.default")]
    public void A_preset_of_microsoft_logs_in_with_tokens(string preset, string host, string scope)
    {
        var relay = Relays.Read(new RelayOptions { Preset = preset, User = "news@example.com" });

        Assert.Equal((host, 587, SecureSocketOptions.StartTls), (relay.Host, relay.Port, relay.Security));
        Assert.Equal(LoginKind.XOAuth2, relay.Login!.Kind);
        Assert.Equal(scope, relay.Login.Tokens!.Scope);
    }

    [Fact]
    public void Exchange_online_is_given_three_connections_and_its_rates()
    {
        var relay = Relays.Read(new RelayOptions { Preset = "exchange-online", User = "news@example.com" });

        Assert.Equal(new ConnectionShares(2, 1, 0), relay.Connections);
        Assert.Equal(
            [new("PerMinute", 30, TimeSpan.FromMinutes(1), RateUnit.Mails), new RateLimit("RecipientsPerDay", 10_000, TimeSpan.FromDays(1), RateUnit.Recipients)],
            relay.Limits);
    }

    [Fact]
    public void Explicit_settings_win_over_the_preset()
    {
        var relay = Relays.Read(new RelayOptions
        {
            Preset = "gmail",
            Host = "smtp-relay.gmail.com",
            User = "u",
            Password = "p",
            MaxMailsPerConnection = 10,
            PerDay = 0,
            RecipientsPerDay = 500,
        });

        Assert.Equal(("smtp-relay.gmail.com", 10), (relay.Host, relay.MaxMailsPerConnection));
        Assert.Equal(("RecipientsPerDay", 500), (Assert.Single(relay.Limits).Name, relay.Limits[0].Count));
    }

    [Fact]
    public void Tokens_need_a_scope_and_a_client_its_directory()
    {
        var errors = Errors(new RelaysOptions { Relay = new() { Host = "a.example", Auth = "xoauth2", User = "u", OAuth = new() { ClientSecret = "hush" } } });

        Assert.Equal(["Scope", "TenantId", "ClientId"], errors.Select(error => error.Split(':')[3].Split(' ')[0]));
        Assert.DoesNotContain(errors, error => error.Contains("hush", StringComparison.Ordinal));
    }

    [Fact]
    public void A_client_certificate_is_read_from_base64_and_never_quoted()
    {
        using var made = TestCertificate.Create();
        var pfx = Convert.ToBase64String(made.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pkcs12, "hush"));

        var relay = Relays.Read(new RelayOptions { Host = "a.example", ClientCertificate = pfx, ClientCertificatePassword = "hush" });
        var errors = Errors(new RelaysOptions { Relay = new() { Host = "a.example", ClientCertificate = pfx, ClientCertificatePassword = "wrong" } });

        Assert.Equal(made.Thumbprint, relay.ClientCertificate!.Thumbprint);
        Assert.StartsWith("MailFunctions:Relay:ClientCertificate cannot be read", Assert.Single(errors), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_match_names_domains_a_lane_and_tags()
    {
        var match = Relays.Read(new RelayOptions { Host = "a.example", Match = new() { SenderDomains = "Example.com, bücher.example", Lane = "bulk", Tags = "kind:news,vip" } }).Match;

        Assert.True(match.Fits(Lane.Bulk, "example.com", [new Tag("kind", "news")]));
        Assert.True(match.Fits(Lane.Bulk, "xn--bcher-kva.example", [new Tag("vip", "yes")]));
        Assert.False(match.Fits(Lane.Transactional, "example.com", [new Tag("vip", "yes")]));
        Assert.False(match.Fits(Lane.Bulk, "mail.example.com", [new Tag("vip", "yes")]));
        Assert.False(match.Fits(Lane.Bulk, "example.com", [new Tag("kind", "bill")]));
    }

    private static List<string> Errors(RelaysOptions options)
    {
        var errors = new List<string>();
        Assert.Empty(RelayList.Read(options, errors));
        return errors;
    }
}

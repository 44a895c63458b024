using System.Security.Cryptography;
using MailFunctions.Smtp.Signing;
using MailFunctions.TestPeers.Dns;
using MailFunctions.Tests.Dns;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Smtp.Signing;

public sealed class KeyRotationTests
{
    private const string Name = "s2._domainkey.example.com";

    private static readonly SigningDomain Domain = TestKeys.Domains(TestKeys.Key(RSA.Create(2048).ExportPkcs8PrivateKeyPem(), "s2"), TestKeys.Key(TestKeys.RsaPem)).Find("example.com")!;
    private static readonly DkimKey Newer = Domain.Keys[0];
    private static readonly DkimKey Older = Domain.Keys[1];

    public static TheoryData<string, bool> Texts => new()
    {
        { Newer.Record, true },
        { $"p={Newer.PublicKey}", true },
        { $" v = DKIM1 ;k=rsa; h=sha1:sha256; s=email:other; t=s; n=note; p={Newer.PublicKey[..50]} \t {Newer.PublicKey[50..]};", true },
        { Older.Record, false },
        { "v=DKIM1; p=", false },
        { $"v=DKIM1; t=s:y; p={Newer.PublicKey}", false },
        { $"v=DKIM1; k=ed25519; p={Newer.PublicKey}", false },
        { $"v=DKIM1; h=sha1; p={Newer.PublicKey}", false },
        { $"v=DKIM1; s=other; p={Newer.PublicKey}", false },
        { $"v=DKIM2; p={Newer.PublicKey}", false },
        { $"p={Newer.PublicKey}; v=DKIM1", false },
        { $"V=DKIM1; P={Newer.PublicKey}", false },
        { $"v=DKIM1; k=RSA; p={Newer.PublicKey}", false },
        { $"v=DKIM1; h=SHA256; p={Newer.PublicKey}", false },
        { $"{Newer.Record}; p={Newer.PublicKey}", false },
        { "v=spf1 -all", false },
        { "", false },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_record_shows_a_key_that_verifiers_take(string record, bool shows) => Assert.Equal(shows, DkimKeyRecord.Parse(record).Shows(Newer));

    [Fact]
    public async Task The_newer_key_is_used_once_DNS_shows_it_and_the_log_says_so()
    {
        await using var server = new ScriptedDnsServer();
        server.Text(Name, [.. Newer.Record.Chunk(255).Select(piece => new string(piece))]);
        var lines = new Lines();
        var rotation = new KeyRotation(Resolvers.Of(server), new FakeTimeProvider(), lines);

        // The first mail waits for no answer.
        Assert.Same(Older, rotation.Choose(Domain, Domain.Keys));
        await ChosenAsync(rotation, Newer);

        Assert.Single(server.Questions);
        Assert.Equal(["DNS shows the DKIM key s2 of example.com: mail is signed with it from now on, and no longer with s1"], lines.All);
    }

    [Fact]
    public async Task DNS_is_asked_again_a_minute_later_while_it_does_not_show_the_key()
    {
        await using var server = new ScriptedDnsServer();
        var clock = new FakeTimeProvider();
        var rotation = new KeyRotation(Resolvers.Of(server), clock, new Lines());

        for (var minute = 1; minute <= 3; minute++)
        {
            Assert.Same(Older, rotation.Choose(Domain, Domain.Keys));
            await AskedAsync(server, minute);
            clock.Advance(TimeSpan.FromSeconds(59));
            Assert.Same(Older, rotation.Choose(Domain, Domain.Keys));
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3, server.Questions.Count);
    }

    [Fact]
    public async Task A_name_server_that_does_not_answer_holds_up_nothing()
    {
        var held = new TaskCompletionSource();
        await using var server = new ScriptedDnsServer { Script = _ => new DnsAction { After = held.Task } };
        server.Text(Name, [.. Newer.Record.Chunk(255).Select(piece => new string(piece))]);
        var rotation = new KeyRotation(Resolvers.Of(server), new FakeTimeProvider(), new Lines());

        for (var i = 0; i < 100; i++)
            Assert.Same(Older, rotation.Choose(Domain, Domain.Keys));
        await AskedAsync(server, 1);
        Assert.Same(Older, rotation.Choose(Domain, Domain.Keys));

        // Whoever waits for the answer gets it only now: the question would have been put twice.
        Assert.Single(server.Questions);
        held.SetResult();
        await ChosenAsync(rotation, Newer);
    }

    [Fact]
    public async Task A_key_whose_record_vanishes_signs_no_longer()
    {
        await using var server = new ScriptedDnsServer();
        server.Text(Name, [.. Newer.Record.Chunk(255).Select(piece => new string(piece))]);
        var (clock, lines) = (new FakeTimeProvider(), new Lines());
        var rotation = new KeyRotation(Resolvers.Of(server), clock, lines);
        await ChosenAsync(rotation, Newer);

        server.Remove(Name);
        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Same(Newer, rotation.Choose(Domain, Domain.Keys));
        Assert.Single(server.Questions);
        clock.Advance(TimeSpan.FromMinutes(1));
        await ChosenAsync(rotation, Older);

        Assert.Equal("DNS no longer shows the DKIM key s2 of example.com: mail is signed with s1 again until it does", lines.All[^1]);
    }

    [Fact]
    public async Task Trouble_of_DNS_takes_no_key_back()
    {
        await using var server = new ScriptedDnsServer();
        server.Text(Name, [.. Newer.Record.Chunk(255).Select(piece => new string(piece))]);
        var (clock, lines) = (new FakeTimeProvider(), new Lines());
        var rotation = new KeyRotation(Resolvers.Of(server), clock, lines);
        await ChosenAsync(rotation, Newer);

        server.Script = exchange => DnsAction.Refused;
        for (var asked = 2; asked <= 3; asked++)
        {
            clock.Advance(TimeSpan.FromMinutes(10));
            Assert.Same(Newer, rotation.Choose(Domain, Domain.Keys));
            await AskedAsync(server, asked);
        }

        Assert.Same(Newer, rotation.Choose(Domain, Domain.Keys));
        Assert.Single(lines.All);
    }

    [Fact]
    public async Task A_single_key_is_used_without_a_question()
    {
        await using var server = new ScriptedDnsServer();

        Assert.Same(Older, new KeyRotation(Resolvers.Of(server), TimeProvider.System, new Lines()).Choose(Domain, [Older]));
        Assert.Empty(server.Questions);
    }

    private static async Task ChosenAsync(KeyRotation rotation, DkimKey key)
    {
        while (rotation.Choose(Domain, Domain.Keys) != key)
            await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    private static async Task AskedAsync(ScriptedDnsServer server, int count)
    {
        while (server.Questions.Count < count)
            await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    private sealed class Lines : ILogger<KeyRotation>
    {
        private readonly List<string> _all = [];

        public IReadOnlyList<string> All => _all;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _all.Add(formatter(state, exception));
    }
}

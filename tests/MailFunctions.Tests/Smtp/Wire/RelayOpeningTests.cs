using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailFunctions.Smtp.Wire;
using MailFunctions.TestPeers.Smtp;
using MailKit.Security;

namespace MailFunctions.Tests.Smtp.Wire;

/// <summary>The way to a relay: its addresses, and TLS.</summary>
public sealed class RelayOpeningTests
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_that_stays_silent_does_not_keep_the_other_from_being_tried()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has more than one loopback address, and drops what a full backlog cannot take.");
        await using var server = new ScriptedSmtpServer();
        var silent = IPAddress.Parse("127.0.0.2");
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(silent, server.Port));
        full.Listen(0);
        using var filling = new Filling(silent, server.Port);
        await filling.FillAsync(Cancellation);

        // An hour for all: the silent address alone would take it.
        var opening = Opening(SecureSocketOptions.None, [silent, IPAddress.Loopback], within: TimeSpan.FromHours(1));
        await using var wire = await opening.OpenAsync("relay.example", server.Port, Cancellation);

        Assert.Equal(250, (await wire.AskAsync("NOOP", Cancellation)).Code);
    }

    [Fact]
    public async Task An_address_that_accepts_and_hangs_up_is_followed_by_the_next()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has more than one loopback address.");
        await using var server = new ScriptedSmtpServer();
        var other = IPAddress.Parse("127.0.0.2");
        using var rude = new TcpListener(other, server.Port);
        rude.Start();
        var hangingUp = rude.AcceptSocketAsync(Cancellation).AsTask().ContinueWith(accepted => accepted.Result.Dispose(), Cancellation, TaskContinuationOptions.None, TaskScheduler.Default);

        await using var wire = await Opening(SecureSocketOptions.None, [other, IPAddress.Loopback]).OpenAsync("relay.example", server.Port, Cancellation);

        await hangingUp;
        Assert.Equal(250, (await wire.AskAsync("NOOP", Cancellation)).Code);
    }

    [Fact]
    public async Task A_refusal_is_reported_rather_than_the_closed_other_address()
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == SmtpExchange.Greeting ? SmtpAction.Reply("554 5.7.1 Not you") : null };

        var refused = await Assert.ThrowsAsync<RelayRefusedException>(
            () => Opening(SecureSocketOptions.None, [IPAddress.Loopback, IPAddress.IPv6Loopback]).OpenAsync("relay.example", server.Port, Cancellation));

        Assert.Equal(554, refused.Reply.Code);
    }

    [Theory]
    [InlineData(SocketError.HostNotFound)]
    [InlineData(SocketError.NoData)]
    [InlineData(SocketError.TryAgain)]
    public async Task A_name_that_dns_does_not_give_is_named(SocketError error)
    {
        var dialer = new AddressDialer(TimeProvider.System) { Resolve = (_, _) => throw new SocketException((int)error) };

        var unknown = await Assert.ThrowsAsync<RelayNotFoundException>(() => dialer.ResolveAsync("smtp.nowhere.example", Cancellation));

        Assert.StartsWith("The host smtp.nowhere.example was not found: DNS", unknown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::1 ::2 ::3 1.1.1.1 1.1.1.2", "::1 1.1.1.1 ::2 1.1.1.2 ::3")]
    [InlineData("1.1.1.1 ::1 ::2 ::3", "1.1.1.1 ::1 ::2 ::3")]
    [InlineData("1.1.1.1 1.1.1.1", "1.1.1.1")]
    public void Address_families_alternate_in_dialing_order(string found, string order) =>
        Assert.Equal(order, string.Join(' ', AddressDialer.InTurn([.. found.Split(' ').Select(IPAddress.Parse)])));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unread_replies_are_detected_over_TLS_too(bool isImplicit)
    {
        await using var server = new ScriptedSmtpServer(new SmtpServerOptions { ImplicitTls = isImplicit });
        server.Script = exchange => exchange is { Verb: "NOOP", Seen: 2 } ? SmtpAction.Default.Followed("250 2.0.0 And again") : SmtpAction.Default.InPieces();
        await using var wire = await OpenTlsAsync(server, isImplicit ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls, "localhost");

        Assert.True(wire.IsTls);
        Assert.Equal(250, (await wire.AskAsync("NOOP", Cancellation)).Code);
        Assert.Equal(250, (await wire.AskAsync("NOOP", Cancellation)).Code);
        var outOfStep = await Assert.ThrowsAsync<WireException>(() => wire.AskAsync("NOOP", Cancellation));

        Assert.Equal(WireFault.OutOfStep, outOfStep.Fault);
        Assert.Contains("And again", outOfStep.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("250 2.0.0 Injected")]
    [InlineData("235 2.7.0 Injected")]
    public async Task Cleartext_after_the_STARTTLS_reply_ends_the_connection(string line)
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == "STARTTLS" ? SmtpAction.Default.Followed(line) : null };

        var injected = await Assert.ThrowsAsync<WireException>(() => OpenTlsAsync(server, SecureSocketOptions.StartTls, "localhost"));

        Assert.Contains("in the clear", injected.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Exchanges, exchange => exchange.IsTls);
    }

    [Fact]
    public async Task The_name_is_checked_and_not_the_address()
    {
        await using var server = new ScriptedSmtpServer();

        var misnamed = await Assert.ThrowsAsync<TlsRefusedException>(() => OpenTlsAsync(server, SecureSocketOptions.StartTls, "smtp.example.com"));

        Assert.Contains("The host name (smtp.example.com) did not match the name given in the server's SSL certificate (localhost)", misnamed.Message, StringComparison.Ordinal);
    }

    private static RelayOpening Opening(SecureSocketOptions security, IPAddress[] addresses, Func<SslClientAuthenticationOptions>? tls = null, TimeSpan? within = null) => new(
        new AddressDialer(TimeProvider.System) { Resolve = (_, _) => Task.FromResult(addresses) },
        security,
        tls ?? (() => new SslClientAuthenticationOptions()),
        _ => "client.example",
        TimeProvider.System)
    {
        Within = within ?? Within,
        ReplyTimeout = Within,
    };

    private static Task<RelayStream> OpenTlsAsync(ScriptedSmtpServer server, SecureSocketOptions security, string host)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(server.Certificate);
        return Opening(security, [IPAddress.Loopback], () => new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = policy }).OpenAsync(host, server.Port, Cancellation);
    }

    /// <summary>Connects until the backlog takes no more.</summary>
    private sealed class Filling(IPAddress address, int port) : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

        private readonly List<Socket> _sockets = [];

        public async Task FillAsync(CancellationToken cancellationToken)
        {
            while (true)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _sockets.Add(socket);
                using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                enough.CancelAfter(Patience);
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(address, port), enough.Token);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    return;
                }
            }
        }

        public void Dispose() => _sockets.ForEach(socket => socket.Dispose());
    }
}

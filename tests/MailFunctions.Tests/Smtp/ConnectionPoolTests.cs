using MailFunctions.Smtp;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sessions;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.Tests.Telemetry;
using MimeKit;

namespace MailFunctions.Tests.Smtp;

public sealed class ConnectionPoolTests
{
    private static readonly Envelope Envelope = new("shop@example.org", ["ada@example.com"]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_is_used_again_and_counted()
    {
        await using var server = new ScriptedSmtpServer();
        await using var pool = Pool(server, 2);

        for (var i = 0; i < 3; i++)
        {
            await using var connection = await RentAsync(pool);
            Assert.Equal((1, 0), (pool.Rented, pool.Idle));
            await SendAsync(connection);
        }

        Assert.Equal((0, 1), (pool.Rented, pool.Idle));
        Assert.Equal((1, 3), (server.Connections, server.Mails.Count));
    }

    [Fact]
    public async Task A_caller_that_waits_too_long_at_full_capacity_is_refused_as_busy()
    {
        await using var server = new ScriptedSmtpServer();
        await using var pool = Pool(server, 2);
        await using var first = await RentAsync(pool);
        var second = await RentAsync(pool);

        var busy = await Assert.ThrowsAsync<RelayUnreachableException>(() => pool.RentAsync(Envelope, TimeSpan.FromMilliseconds(20), Cancellation));
        var waiting = pool.RentAsync(Envelope, TimeSpan.FromMinutes(1), Cancellation);
        await second.DisposeAsync();
        await using var third = await waiting;

        Assert.True(busy.IsBusy);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Concurrent_callers_never_open_more_connections_than_the_capacity()
    {
        await using var server = new ScriptedSmtpServer();
        server.Script = exchange => exchange is { Verb: "RCPT", Mail: 2 or 7 } ? SmtpAction.Reply("550 5.1.1 No") : null;
        await using var pool = Pool(server, 3);

        await Parallel.ForAsync(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 12, CancellationToken = Cancellation }, async (_, _) =>
        {
            await using var connection = await RentAsync(pool);
            await SendAsync(connection);
        });

        Assert.Equal(0, pool.Rented);
        Assert.InRange(server.MaxConcurrentConnections, 1, 3);
    }

    [Fact]
    public async Task A_broken_connection_is_thrown_away_and_a_refused_mail_breaks_none()
    {
        await using var server = new ScriptedSmtpServer();
        server.Script = exchange => exchange switch
        {
            { Verb: "RCPT", Connection: 1, Mail: 1 } => SmtpAction.Reply("550 5.1.1 No"),
            { Verb: "MAIL", Connection: 1, Mail: 2 } => SmtpAction.Reset,
            _ => null,
        };
        await using var pool = Pool(server, 1);

        for (var i = 0; i < 3; i++)
        {
            await using var connection = await RentAsync(pool);
            await SendAsync(connection);
        }

        Assert.Contains(server.Exchanges, exchange => exchange is { Verb: "RSET", Connection: 1 });
        Assert.Equal((2, 1, 0, 1), (server.Connections, server.Mails.Count, pool.Rented, pool.Idle));
    }

    [Fact]
    public async Task After_so_many_mails_a_connection_is_closed_with_quit()
    {
        await using var server = new ScriptedSmtpServer();
        await using var pool = Pool(server, 1, options => options.MaxMailsPerConnection = 2);

        for (var i = 0; i < 3; i++)
        {
            await using var connection = await RentAsync(pool);
            await SendAsync(connection);
        }

        Assert.Single(server.Exchanges, exchange => exchange is { Verb: "QUIT", Connection: 1 });
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Idle_and_old_connections_are_closed_with_QUIT_on_their_own()
    {
        await using var server = new ScriptedSmtpServer();
        await using var idle = Pool(server, 1, options => options.IdleTimeout = TimeSpan.FromSeconds(1));
        await using var old = Pool(server, 1, options => options.MaxAge = TimeSpan.FromSeconds(1));
        await (await RentAsync(idle)).DisposeAsync();
        await (await RentAsync(old)).DisposeAsync();

        await server.WaitForClosedAsync(2, Cancellation);

        Assert.Equal(2, server.Exchanges.Count(exchange => exchange.Verb == "QUIT"));
        Assert.Equal((0, 0), (idle.Idle, old.Idle));
    }

    [Fact]
    public async Task Disposing_of_the_pool_closes_with_quit_and_keeps_nothing_that_comes_back_later()
    {
        await using var server = new ScriptedSmtpServer();
        var pool = Pool(server, 2);
        var out_ = await RentAsync(pool);
        await (await RentAsync(pool)).DisposeAsync();

        await pool.DisposeAsync();
        await out_.DisposeAsync();

        await server.WaitForClosedAsync(2, Cancellation);
        Assert.Equal(2, server.Exchanges.Count(exchange => exchange.Verb == "QUIT"));
        Assert.Equal((0, 0), (pool.Rented, pool.Idle));
    }

    [Fact]
    public async Task A_caller_that_cancels_while_opening_or_waiting_leaves_no_connection_rented()
    {
        await using var server = new ScriptedSmtpServer();
        server.Script = exchange => exchange.Verb == SmtpExchange.Greeting ? SmtpAction.Stall : null;
        await using var pool = Pool(server, 1);
        using var givingUp = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var opening = pool.RentAsync(Envelope, TimeSpan.Zero, givingUp.Token);
        var waiting = pool.RentAsync(Envelope, TimeSpan.FromMinutes(1), givingUp.Token);
        await server.WaitForCommandAsync(exchange => exchange.Verb == SmtpExchange.Greeting, Cancellation);
        await givingUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal((0, 0), (pool.Rented, pool.Idle));
        server.Script = _ => null;
        await using var next = await RentAsync(pool);
        Assert.Equal(1, pool.Rented);
    }

    [Fact]
    public async Task A_connection_that_cannot_be_exchanged_still_gives_its_place_back()
    {
        await using var server = new ScriptedSmtpServer();
        await using var pool = Pool(server, 1);
        var connection = await RentAsync(pool);
        server.Script = exchange => exchange.Verb == SmtpExchange.Greeting ? SmtpAction.Reply("554 5.3.2 Closed") : null;

        await Assert.ThrowsAsync<RelayUnreachableException>(() => connection.ExchangeAsync(Envelope, Cancellation));
        Assert.Equal(1, pool.Rented);
        await connection.DisposeAsync();
        await connection.DisposeAsync();

        Assert.Equal((0, 0), (pool.Rented, pool.Idle));
    }

    [Fact]
    public async Task The_counts_return_to_zero_whatever_the_relay_does()
    {
        await using var server = new ScriptedSmtpServer();
        var random = new Random(4711);
        var gate = new Lock();
        server.Script = _ =>
        {
            double dice;
            lock (gate)
                dice = random.NextDouble();
            return dice switch
            {
                < 0.03 => SmtpAction.Reset,
                < 0.06 => SmtpAction.Close,
                < 0.09 => SmtpAction.Reply("421 4.3.2 Closing").ThenClose(),
                < 0.12 => SmtpAction.Garbage("!%$ nonsense\r\n"u8),
                _ => null,
            };
        };
        await using var pool = Pool(server, 4, options => options.ReplyTimeout = options.FinalReplyTimeout = TimeSpan.FromSeconds(1));

        await Parallel.ForAsync(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancellation }, async (_, _) =>
        {
            try
            {
                await using var connection = await RentAsync(pool);
                await SendAsync(connection);
            }
            catch (RelayUnreachableException)
            {
                // As it may be.
            }
        });

        // The server counts a connection that broke until it has noticed.
        Assert.Equal(0, pool.Rented);
        Assert.InRange(pool.Idle, 0, 4);
    }

    private static Task<PooledConnection> RentAsync(ConnectionPool pool) => pool.RentAsync(Envelope, TimeSpan.FromSeconds(30), Cancellation);

    private static async Task SendAsync(PooledConnection connection)
    {
        using var message = new MimeMessage([new MailboxAddress("", "shop@example.org")], [new MailboxAddress("", "ada@example.com")], "Hello", new TextPart("plain") { Text = "Hello" });
        await connection.Session.SendAsync(Envelope, message, () => { }, Cancellation);
    }

    private static ConnectionPool Pool(ScriptedSmtpServer server, int capacity, Action<RelayOptions>? set = null)
    {
        var options = Relays.To(server);
        set?.Invoke(options);
        var relay = Relays.Read(options);
        var authenticator = new Authenticator(relay, TokenCredentials.Create, TimeProvider.System);
        var instruments = new Instruments();
        return new ConnectionPool(relay, capacity, token => RelaySession.OpenAsync(relay, authenticator, instruments.Smtp, TimeProvider.System, token), TimeProvider.System);
    }
}

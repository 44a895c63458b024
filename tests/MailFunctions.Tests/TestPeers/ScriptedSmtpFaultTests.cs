using System.Diagnostics;
using MailFunctions.TestPeers.Smtp;
using MailKit.Net.Smtp;
using MailKit.Security;
using static MailFunctions.Tests.TestPeers.MailKitClient;

namespace MailFunctions.Tests.TestPeers;

public sealed class ScriptedSmtpFaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Breaks => new()
    {
        { "reset", false },
        { "reset", true },
        { "close", false },
        { "close", true },
        { "half-close", false },
        { "half-close", true },
    };

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task A_connection_broken_at_the_final_dot_stores_the_mail_only_if_scripted(string fault, bool stored)
    {
        await using var server = new ScriptedSmtpServer
        {
            Script = exchange => exchange.Verb != SmtpExchange.FinalDot ? null : stored ? Fault(fault).Stored() : Fault(fault),
        };
        using var client = await ConnectAsync(server, Cancellation);

        var broken = await Assert.ThrowsAnyAsync<Exception>(() => client.SendAsync(Message(), Cancellation));

        Assert.True(IsBroken(broken), broken.ToString());
        Assert.Equal(stored ? 1 : 0, server.Mails.Count);
        Assert.EndsWith($"({fault.Replace("-", "", StringComparison.Ordinal)})", server.Transcript(1)[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    public async Task A_connection_can_break_at_any_command(string verb)
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == verb ? SmtpAction.Reset : null };
        using var client = await ConnectAsync(server, Cancellation);

        var broken = await Assert.ThrowsAnyAsync<Exception>(() => client.SendAsync(Message(), Cancellation));

        Assert.True(IsBroken(broken), broken.ToString());
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_mail_that_was_acknowledged_counts_though_the_connection_closes_after_it()
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Default.ThenClose() : null };
        using var client = await ConnectAsync(server, Cancellation);

        await client.SendAsync(Message(), Cancellation);
        var broken = await Assert.ThrowsAnyAsync<Exception>(() => client.SendAsync(Message(), Cancellation));

        Assert.True(IsBroken(broken), broken.ToString());
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task A_mail_that_was_acknowledged_may_yet_not_be_stored()
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Default.NotStored() : null };
        using var client = await ConnectAsync(server, Cancellation);

        await client.SendAsync(Message(), Cancellation);

        Assert.Empty(server.Mails);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public async Task Content_can_be_cut_short(int octets)
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == "DATA" ? SmtpAction.CutContentAfter(octets) : null };
        using var client = await ConnectAsync(server, Cancellation);

        var broken = await Assert.ThrowsAnyAsync<Exception>(() => client.SendAsync(Message(body: new string('x', 70) + "\r\n" + string.Concat(Enumerable.Repeat("line\r\n", 1_000_000))), Cancellation));

        Assert.True(IsBroken(broken), broken.ToString());
        Assert.Empty(server.Mails);
        Assert.DoesNotContain(server.Exchanges, exchange => exchange.Verb == SmtpExchange.FinalDot);
    }

    [Theory]
    [InlineData(SecureSocketOptions.None)]
    [InlineData(SecureSocketOptions.StartTls)]
    public async Task A_stalled_answer_comes_when_it_is_released(SecureSocketOptions security)
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange is { Verb: "RCPT", Seen: 1 } ? SmtpAction.Stall : null };
        using var client = await ConnectAsync(server, Cancellation, security);

        var sending = client.SendAsync(Message(), Cancellation);
        await server.WaitForCommandAsync(exchange => exchange.Verb == "RCPT", Cancellation);
        Assert.False(sending.IsCompleted);
        server.Release();
        await sending;
        await client.SendAsync(Message(), Cancellation);

        Assert.Equal(2, server.Mails.Count);
    }

    [Fact]
    public async Task An_abandoned_stalled_answer_is_noticed_and_its_mail_stored_if_scripted()
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Stall.Stored() : null };
        using var client = await ConnectAsync(server, Cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var sending = client.SendAsync(Message(), patience.Token);
        await server.WaitForMailsAsync(1, Cancellation);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        client.Dispose();

        await server.WaitForClosedAsync(1, Cancellation);
        Assert.DoesNotContain("S: 250 2.0.0 Stored", server.Transcript(1));
    }

    [Fact]
    public async Task Disposing_ends_what_is_stalled()
    {
        var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == "MAIL" ? SmtpAction.Stall : null };
        using var client = await ConnectAsync(server, Cancellation);
        var sending = client.SendAsync(Message(), Cancellation);
        await server.WaitForCommandAsync(exchange => exchange.Verb == "MAIL", Cancellation);

        await server.DisposeAsync();

        Assert.True(IsBroken(await Assert.ThrowsAnyAsync<Exception>(() => sending)));
    }

    [Fact]
    public async Task A_delayed_answer_takes_its_time()
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == "MAIL" ? SmtpAction.Default.After(TimeSpan.FromMilliseconds(200)) : null };
        using var client = await ConnectAsync(server, Cancellation);
        var clock = Stopwatch.StartNew();

        await client.SendAsync(Message(), Cancellation);

        Assert.InRange(clock.Elapsed, TimeSpan.FromMilliseconds(195), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Garbage_is_no_reply()
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == "MAIL" ? SmtpAction.Garbage([0xFF, 0x00, 0x0D, 0x0A]) : null };
        using var client = await ConnectAsync(server, Cancellation);

        await Assert.ThrowsAsync<SmtpProtocolException>(() => client.SendAsync(Message(), Cancellation));
    }

    [Fact]
    public async Task An_exception_in_a_script_is_rethrown_when_the_server_is_disposed()
    {
        var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == "MAIL" ? throw new InvalidOperationException("the script") : null };
        using var client = await ConnectAsync(server, Cancellation);
        await Assert.ThrowsAnyAsync<Exception>(() => client.SendAsync(Message(), Cancellation));

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(async () => await server.DisposeAsync());

        Assert.Equal("the script", thrown.Message);
    }

    [Fact]
    public async Task A_line_that_ends_in_a_bare_LF_ends_nothing()
    {
        await using var server = new ScriptedSmtpServer();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", server.Port, Cancellation);

        await client.GetStream().WriteAsync("EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\na\n.\nb\r\n..c\r\n.\r\nQUIT\r\n"u8.ToArray(), Cancellation);

        var received = Assert.Single(await server.WaitForMailsAsync(1, Cancellation));
        Assert.Equal("a\n.\nb\r\n.c\r\n"u8.ToArray(), received.Content.ToArray());
        Assert.Equal("", received.Sender);
    }

    private static SmtpAction Fault(string name) => name switch
    {
        "reset" => SmtpAction.Reset,
        "close" => SmtpAction.Close,
        _ => SmtpAction.HalfClose,
    };
}

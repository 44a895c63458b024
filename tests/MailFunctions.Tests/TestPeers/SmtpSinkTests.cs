using System.Net.Sockets;
using System.Text;
using MailFunctions.TestPeers.Smtp;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace MailFunctions.Tests.TestPeers;

public sealed class SmtpSinkTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_mail_of_every_connection_is_counted()
    {
        await using var sink = new SmtpSink();
        var reached = sink.ReachAsync(30);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SendAsync(sink.Port, mails: 10)));

        await reached.WaitAsync(Cancellation);
        Assert.Equal(30, sink.Mails);
        await sink.ReachAsync(1).WaitAsync(Cancellation);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Content_ends_where_it_ends_however_the_octets_are_cut(int octets)
    {
        await using var sink = new SmtpSink();
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", sink.Port, Cancellation);
        const string said = "EHLO me\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\ndata\r\nSubject: .\r\n\r\n..\r\n.x\r\nQUIT\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n.\r\nQUIT\r\n";

        foreach (var piece in Encoding.ASCII.GetBytes(said).Chunk(octets))
            await client.GetStream().WriteAsync(piece, Cancellation);

        using var replies = new StreamReader(client.GetStream());
        var all = await replies.ReadToEndAsync(Cancellation);
        Assert.Equal(2, sink.Mails);
        Assert.Equal(["220", "250", "250", "250", "354", "250", "250", "250", "354", "250", "221"], FinalCodes(all));
    }

    [Fact]
    public async Task Content_by_chunks_is_content_whatever_is_in_it()
    {
        await using var sink = new SmtpSink();
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", sink.Port, Cancellation);
        const string said = "EHLO me\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\nBDAT 9\r\nQUIT\r\n.\r\nBDAT 0 LAST\r\nMAIL FROM:<>\r\nRCPT TO:<b@example.com>\r\nBDAT 6 LAST\r\nDATA\r\nQUIT\r\n";

        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(said), Cancellation);

        using var replies = new StreamReader(client.GetStream());
        var all = await replies.ReadToEndAsync(Cancellation);
        Assert.Equal(2, sink.Mails);
        Assert.Equal(["220", "250", "250", "250", "250", "250", "250", "250", "250", "221"], FinalCodes(all));
    }

    private static IEnumerable<string> FinalCodes(string replies) =>
        replies.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line[3] == ' ').Select(line => line[..3]);

    private static async Task SendAsync(int port, int mails)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None, Cancellation);
        for (var i = 0; i < mails; i++)
        {
            using var message = new MimeMessage { Body = new TextPart("plain") { Text = new string('.', 5000) + "\r\n.\r\n" } };
            message.From.Add(new MailboxAddress("", "a@example.org"));
            message.To.Add(new MailboxAddress("", "b@example.com"));
            await client.SendAsync(message, Cancellation);
        }

        await client.DisconnectAsync(quit: true, Cancellation);
    }
}

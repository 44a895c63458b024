using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace MailFunctions.Benchmarks.Sending;

/// <summary>MailKit as its documentation uses it: a message by <see cref="BodyBuilder"/>, and a client for each mail or for many.</summary>
internal sealed class MailKitSender(bool reuses) : ISender
{
    public async Task SendAsync(SendJob job)
    {
        var left = job.Mails;
        await Task.WhenAll(Enumerable.Range(0, job.Connections).Select(_ => Task.Run(async () =>
        {
            SmtpClient? client = null;
            while (Interlocked.Decrement(ref left) >= 0)
            {
                client ??= await ConnectAsync(job.Port);
                using var message = Compose();
                await client.SendAsync(message);
                if (reuses)
                    continue;
                await CloseAsync(client);
                client = null;
            }

            if (client is not null)
                await CloseAsync(client);
        })));
    }

    private static async Task<SmtpClient> ConnectAsync(int port)
    {
        var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None);
        return client;
    }

    private static async Task CloseAsync(SmtpClient client)
    {
        await client.DisconnectAsync(quit: true);
        client.Dispose();
    }

    public static MimeMessage Compose()
    {
        var message = new MimeMessage();
        message.From.Add(new MailboxAddress("Shop", SampleMail.Sender));
        message.To.Add(new MailboxAddress("Ada", "ada@example.com"));
        message.Subject = SampleMail.Subject;
        message.Body = new BodyBuilder { TextBody = SampleMail.Text, HtmlBody = SampleMail.Html }.ToMessageBody();
        return message;
    }
}

using System.Net.Sockets;
using MailFunctions.TestPeers.Smtp;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace MailFunctions.Tests.TestPeers;

/// <summary>MailKit against a scripted server.</summary>
internal static class MailKitClient
{
    public static async Task<SmtpClient> ConnectAsync(
        ScriptedSmtpServer server, CancellationToken cancellationToken, SecureSocketOptions security = SecureSocketOptions.None)
    {
        var client = new SmtpClient();
        client.ServerCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == server.Certificate.Thumbprint;
        try
        {
            await client.ConnectAsync("127.0.0.1", server.Port, security, cancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public static MimeMessage Message(string to = "ada@example.com", string body = "Hello\r\n.starts with a dot\r\n")
    {
        var mail = new MimeMessage { Subject = "Hello", Body = new TextPart("plain") { Text = body } };
        mail.From.Add(MailboxAddress.Parse("app@example.org"));
        mail.To.AddRange(to.Split(',').Select(MailboxAddress.Parse));
        return mail;
    }

    /// <summary>What becomes of a connection: MailKit wraps a reset and an early end in different exceptions.</summary>
    public static bool IsBroken(Exception e) => e is SmtpProtocolException or IOException or SocketException;
}

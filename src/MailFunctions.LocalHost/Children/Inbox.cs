using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MailFunctions.LocalHost.Children;

/// <summary>An SMTP server that delivers nothing and shows the received mails on a web page.</summary>
internal static class Inbox
{
    /// <summary>The number of newest mails that it keeps; it reads all of them at its start.</summary>
    private const int Kept = 1_000;

    /// <param name="mailFolder">The folder of the mails.</param>
    public static LocalService Define(InboxPorts ports, ToolInstallation tools, string runFolder, string mailFolder, AllowedPages pages)
    {
        var free = Port.FindFree(2);
        ports = new InboxPorts(ports.Smtp == 0 ? free[0] : ports.Smtp, ports.Web == 0 ? free[1] : ports.Web);
        return new LocalService(
            "the local inbox",
            [
                new("the inbox's SMTP", ports.Smtp, "LocalHost:Inbox:SmtpPort"),
                new("the inbox's web page", ports.Web, "LocalHost:Inbox:WebPort"),
            ],
            (port, cancellationToken) => port.Number == ports.Smtp
                ? GreetsAsync(port.Number, cancellationToken)
                : IsWebPageAsync(port.Number, cancellationToken),
            async cancellationToken => Command(await tools.EnsureAsync(cancellationToken), ports, runFolder, mailFolder) with { Environment = pages.Environment },
            log => log.Contains("Press Ctrl+C to stop", StringComparison.Ordinal) ? [ports.Smtp, ports.Web] : null);
    }

    private static ChildCommand Command(string tools, InboxPorts ports, string runFolder, string mailFolder)
    {
        Directory.CreateDirectory(mailFolder);
        return new ChildCommand(
            "inbox",
            Path.Combine(tools, "node_modules", "maildev", "dist", "bin", "maildev.js"),
            [
                // Without these two options it binds to every address of the machine.
                "--ip", "127.0.0.1", "--web-ip", "127.0.0.1",
                "--smtp", ports.Smtp.ToString(CultureInfo.InvariantCulture),
                "--web", ports.Web.ToString(CultureInfo.InvariantCulture),
                "--mail-directory", mailFolder,
                "--max-emails", Kept.ToString(CultureInfo.InvariantCulture),
            ],
            runFolder,
            EndsWithParent: false)
        { Title = "The local inbox" };
    }

    /// <summary>RFC 5321 §3.1: a server greets with 220.</summary>
    private static async Task<bool> GreetsAsync(int port, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(5));
        using var client = new TcpClient(AddressFamily.InterNetwork);
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, patience.Token);
            using var reader = new StreamReader(client.GetStream());
            var greeting = await reader.ReadLineAsync(patience.Token);
            return greeting?.StartsWith("220 ", StringComparison.Ordinal) ?? false;
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<bool> IsWebPageAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            var config = await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/api/config"), cancellationToken);
            return config.Contains("isOutgoingEnabled", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <summary>The ports of an inbox; zero for any free port.</summary>
internal sealed record InboxPorts(int Smtp, int Web)
{
    public static InboxPorts Default { get; } = new(1025, 1080);
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MailFunctions.IntegrationTests.Postfix;

/// <summary>The folder that a <see cref="PostfixProcess"/> is started from: main.cf and master.cf of this folder, with ports, a certificate and a password of its own.</summary>
/// <remarks>Postfix cannot be told to find a free port and say which.</remarks>
internal sealed record PostfixSettings
{
    public const string User = "shop";
    public const string Realm = "mail.test";

    private static readonly string Here = Path.Combine(AppContext.BaseDirectory, "Postfix");

    public required string Folder { get; init; }

    public required string Password { get; init; }

    /// <summary>Takes mail from this machine, with TLS and AUTH for who wants them.</summary>
    public int Open { get; } = FindPort();

    /// <summary>Takes mail over TLS alone, from who proves to be <see cref="User"/>.</summary>
    public int Submission { get; } = FindPort();

    /// <summary>As <see cref="Open"/>, one connection at a time.</summary>
    public int Single { get; } = FindPort();

    public static string Script => Path.Combine(Here, "postfix.sh");

    public async Task WriteAsync(int sink, int policy, string certificateAndKey)
    {
        var etc = Directory.CreateDirectory(Path.Combine(Folder, "etc")).FullName;
        var sasl = Directory.CreateDirectory(Path.Combine(etc, "sasl")).FullName;
        var main = await File.ReadAllTextAsync(Path.Combine(Here, "main.cf"));
        var master = await File.ReadAllTextAsync(Path.Combine(Here, "master.cf"));
        await File.WriteAllTextAsync(Path.Combine(etc, "main.cf"), FormattableString.Invariant($"folder = {Folder}\nsink_port = {sink}\npolicy_port = {policy}\n{main}"));
        await File.WriteAllTextAsync(Path.Combine(etc, "master.cf"), master
            .Replace("{open}", Text(Open), StringComparison.Ordinal)
            .Replace("{submission}", Text(Submission), StringComparison.Ordinal)
            .Replace("{single}", Text(Single), StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(etc, "relay.pem"), certificateAndKey);
        await File.WriteAllTextAsync(
            Path.Combine(sasl, "smtpd.conf"),
            $"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\nsasldb_path: {Folder}/sasldb2\n");
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Below the ports that Linux hands out by itself, so that no connection takes it while Postfix is down.</summary>
    private static int FindPort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody's; another one, then.
            }
        }
    }
}

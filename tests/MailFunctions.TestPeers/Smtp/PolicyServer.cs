using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>
/// Whom Postfix asks about each recipient, by its policy delegation protocol: lines of <c>name=value</c> up to an empty
/// one, answered by <c>action=…</c> and an empty line (postfix.org/SMTPD_POLICY_README.html).
/// </summary>
/// <remarks>Safe for any number of threads.</remarks>
public sealed class PolicyServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, int> _seen = new();
    private readonly ConcurrentBag<Task> _running = [];
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _accepting;
    private volatile Func<PolicyQuestion, string?> _script = _ => null;

    public PolicyServer()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>An action of access(5), such as <c>DEFER_IF_PERMIT Greylisted</c>; null has no opinion.</summary>
    public Func<PolicyQuestion, string?> Script
    {
        get => _script;
        set => _script = value;
    }

    /// <summary>Everything that was asked, in order.</summary>
    public Journal<PolicyQuestion> Questions { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_running);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                _running.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The end, or a client that left early.
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            await using var stream = client.GetStream();
            using var lines = new StreamReader(stream, Encoding.UTF8);
            while (await ReadAsync(lines) is { } attributes)
            {
                var triplet = $"{attributes.GetValueOrDefault("client_address")} {attributes.GetValueOrDefault("sender")} {attributes.GetValueOrDefault("recipient")}";
                var question = new PolicyQuestion(attributes, _seen.AddOrUpdate(triplet, 1, (_, count) => count + 1));
                var action = _script(question) ?? "DUNNO";
                Questions.Append(question);
                await stream.WriteAsync(Encoding.UTF8.GetBytes($"action={action}\n\n"), _stopping.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Postfix ended the connection, or the server is disposed.
        }
    }

    /// <returns>Null when the connection has ended.</returns>
    private async Task<IReadOnlyDictionary<string, string>?> ReadAsync(StreamReader lines)
    {
        var attributes = new Dictionary<string, string>();
        while (await lines.ReadLineAsync(_stopping.Token) is { } line)
        {
            if (line.Length == 0)
                return attributes;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                attributes[line[..equals]] = line[(equals + 1)..];
        }

        return null;
    }
}

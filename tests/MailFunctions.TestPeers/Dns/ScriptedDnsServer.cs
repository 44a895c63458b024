using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MailFunctions.TestPeers.Dns;

/// <summary>
/// A resolving name server on 127.0.0.1, UDP and TCP on one port, that knows the records it is given and does what its script
/// says. Whatever else it is asked for does not exist.
/// </summary>
/// <remarks>Safe for any number of threads. Records may change while it runs.</remarks>
public sealed class ScriptedDnsServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<int, List<DnsRecord>>> _names = new();
    private readonly ConcurrentDictionary<(string Name, int Type), int> _seen = new();
    private readonly ConcurrentQueue<DnsExchange> _questions = new();
    private readonly Socket _datagrams;
    private readonly TcpListener _connections;
    private readonly Task _serving;

    public ScriptedDnsServer()
    {
        (_datagrams, _connections) = Bind();
        _serving = Task.WhenAll(ReceiveAsync(), AcceptAsync());
    }

    public Func<DnsExchange, DnsAction?> Script { get; set; } = _ => null;

    public IPEndPoint EndPoint => (IPEndPoint)_connections.LocalEndpoint;

    /// <summary>All questions so far, in the order of their arrival.</summary>
    public IReadOnlyList<DnsExchange> Questions => [.. _questions];

    /// <summary>The seconds that the records added from now on may be kept. Zero by itself, so that a change is seen at once.</summary>
    public int TimeToLive { get; set; }

    public ScriptedDnsServer Text(string name, params string[] strings) => Add(name, 16, DnsWire.TextOf(strings));

    public ScriptedDnsServer Address(string name, string address)
    {
        var parsed = IPAddress.Parse(address);
        return Add(name, parsed.AddressFamily == AddressFamily.InterNetwork ? 1 : 28, parsed.GetAddressBytes());
    }

    public ScriptedDnsServer MailExchange(string name, int preference, string host) =>
        Add(name, 15, [(byte)(preference >> 8), (byte)preference, .. DnsWire.NameOf(host)]);

    public ScriptedDnsServer Alias(string name, string target) => Add(name, DnsWire.Cname, DnsWire.NameOf(target));

    /// <summary>Names an address: a record of type PTR, at a name below in-addr.arpa or ip6.arpa.</summary>
    public ScriptedDnsServer Reverse(string name, string host) => Add(name, 12, DnsWire.NameOf(host));

    /// <summary>Lets a name exist without a record.</summary>
    public ScriptedDnsServer Empty(string name)
    {
        _names.GetOrAdd(KeyOf(name), _ => new());
        return this;
    }

    public ScriptedDnsServer Remove(string name)
    {
        _names.TryRemove(KeyOf(name), out _);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _datagrams.Dispose();
        _connections.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private ScriptedDnsServer Add(string name, int type, byte[] data)
    {
        var records = _names.GetOrAdd(KeyOf(name), _ => new()).GetOrAdd(type, _ => []);
        lock (records)
            records.Add(new DnsRecord(KeyOf(name), type, data, TimeToLive));
        return this;
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[65_535];
        while (!_stopping.IsCancellationRequested)
        {
            SocketReceiveFromResult received;
            try
            {
                received = await _datagrams.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), _stopping.Token);
            }
            catch (SocketException)
            {
                // What a client that has gone says to an earlier answer.
                continue;
            }
            _ = AnswerDatagramAsync(buffer[..received.ReceivedBytes], received.RemoteEndPoint);
        }
    }

    private async Task AnswerDatagramAsync(byte[] query, EndPoint client)
    {
        if (await AnswerAsync(query, overTcp: false) is { } answer)
            await _datagrams.SendToAsync(answer, client, _stopping.Token);
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
            _ = ServeAsync(await _connections.AcceptTcpClientAsync(_stopping.Token));
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var length = new byte[2];
            while (await stream.ReadAtLeastAsync(length, 2, throwOnEndOfStream: false, _stopping.Token) == 2)
            {
                var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(query, _stopping.Token);
                if (await AnswerAsync(query, overTcp: true) is { } answer)
                    await stream.WriteAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer], _stopping.Token);
            }
        }
    }

    private async Task<byte[]?> AnswerAsync(byte[] query, bool overTcp)
    {
        if (DnsWire.ReadQuestion(query) is not var (name, type, end))
            return null;
        var exchange = new DnsExchange(name, type, overTcp, _seen.AddOrUpdate((name, type), 1, (_, seen) => seen + 1));
        _questions.Enqueue(exchange);
        var action = Script(exchange) ?? new DnsAction();
        if (action.After is { } after)
            await after.WaitAsync(_stopping.Token);
        if (action.IsSilent)
            return null;
        if (action.Octets is { } octets)
            return action.IsPrefixedByHeader ? [.. DnsWire.Write(query, end, 0, [], answers: 1), .. octets] : octets;

        var records = RecordsOf(name, type);
        var code = action.Code != 0 ? action.Code : records is null ? 3 : 0;
        var answer = DnsWire.Write(query, end, code, code == 0 ? records ?? [] : [], wrongId: action.IdIsWrong);
        return action.IsTruncated || (!overTcp && answer.Length > DnsWire.DatagramOf(query, end))
            ? DnsWire.Write(query, end, code, [], truncated: true)
            : answer;
    }

    /// <summary>Returns null where the name does not exist. One above an existing name exists too.</summary>
    private List<DnsRecord>? RecordsOf(string name, int type)
    {
        var found = new List<DnsRecord>();
        for (var hops = 0; hops < 8 && _names.TryGetValue(name, out var types); hops++)
        {
            if (types.TryGetValue(type, out var records))
            {
                lock (records)
                    return [.. found, .. records];
            }
            if (!types.TryGetValue(DnsWire.Cname, out var aliases))
                return found;
            found.Add(aliases[0]);
            name = DnsWire.ReadQuestion([.. new byte[12], .. aliases[0].Data, 0, 0, 0, 0])!.Value.Name;
        }
        return found.Count > 0 || _names.Keys.Any(key => key.EndsWith("." + name, StringComparison.Ordinal)) ? found : null;
    }

    /// <summary>Finds a port that is free for both.</summary>
    private static (Socket Datagrams, TcpListener Connections) Bind()
    {
        while (true)
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                socket.Bind(listener.LocalEndpoint);
                return (socket, listener);
            }
            catch (SocketException)
            {
                socket.Dispose();
                listener.Dispose();
            }
        }
    }

    private static string KeyOf(string name) => name.TrimEnd('.').ToLowerInvariant();
}

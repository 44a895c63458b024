using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>
/// An SMTP server on 127.0.0.1 that does what it is told: a well-behaved one by itself, a faulty one by its script.
/// It remembers every mail, every command and every connection.
/// </summary>
/// <remarks>Safe for any number of threads; the script runs on the connections' own.</remarks>
/// <example>
/// <code>
/// await using var server = new ScriptedSmtpServer
/// {
///     Script = exchange => exchange switch
///     {
///         { Verb: "RCPT", LocalPart: "nobody" } => SmtpAction.Reply("550 5.1.1 No such user"),
///         { Verb: "RCPT", LocalPart: "grey", Seen: 1 } => SmtpAction.Reply("451 4.7.1 Greylisted"),
///         { Verb: SmtpExchange.FinalDot, Mail: 3 } => SmtpAction.Reset.Stored(),
///         _ => null,
///     },
/// };
/// </code>
/// </example>
public sealed class ScriptedSmtpServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<(string Verb, string? Address), int> _seen = new();
    private readonly ConcurrentDictionary<int, SmtpSession> _sessions = new();
    private readonly ConcurrentDictionary<int, Task> _running = new();
    private readonly ConcurrentDictionary<int, bool> _present = new();
    private readonly Journal<int> _closed = new();
    private readonly Lock _gate = new();
    private readonly TcpListener _listener;
    private readonly Task _accepting;
    private TaskCompletionSource _released = NewSignal();
    private volatile Func<SmtpExchange, SmtpAction?> _script = _ => null;
    private int _connections;
    private int _open;
    private int _mostOpen;
    private int _mails;
    private int _disposed;

    public ScriptedSmtpServer()
        : this(new SmtpServerOptions())
    {
    }

    public ScriptedSmtpServer(SmtpServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Certificate = options.Certificate ?? TestCertificate.Create();
        _listener = new TcpListener(IPAddress.Loopback, options.Port);
        _listener.Start(512);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public SmtpServerOptions Options { get; }

    public int Port { get; }

    /// <summary>What it shows at STARTTLS and under implicit TLS.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Decides each answer; null is the usual one. It can be changed at any time, for what comes after.</summary>
    public Func<SmtpExchange, SmtpAction?> Script
    {
        get => _script;
        set => _script = value;
    }

    /// <summary>What it took responsibility for, in order.</summary>
    public Journal<ReceivedMail> Mails { get; } = new();

    /// <summary>Everything that clients did, over all connections.</summary>
    public Journal<SmtpExchange> Exchanges { get; } = new();

    /// <summary>Connections accepted so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>A client that has said QUIT, and was let go, is not counted any more: it may open another before this one has ended.</summary>
    public int OpenConnections => Volatile.Read(ref _open);

    public int MaxConcurrentConnections => Volatile.Read(ref _mostOpen);

    public Task<IReadOnlyList<ReceivedMail>> WaitForMailsAsync(int count, CancellationToken cancellationToken) =>
        Mails.WaitForCountAsync(count, cancellationToken);

    /// <summary>The first command that fits, whether it has come already or not.</summary>
    public Task<SmtpExchange> WaitForCommandAsync(Func<SmtpExchange, bool> fits, CancellationToken cancellationToken) =>
        Exchanges.WaitForAsync(fits, cancellationToken);

    /// <summary>Until so many connections in all have ended, by whichever side.</summary>
    public Task WaitForClosedAsync(int count, CancellationToken cancellationToken) => _closed.WaitForCountAsync(count, cancellationToken);

    /// <summary>What was said on one connection: lines that begin with <c>C: </c> or <c>S: </c>.</summary>
    /// <param name="connection">Its number, from 1.</param>
    public IReadOnlyList<string> Transcript(int connection) => _sessions[connection].Transcript.ToList();

    /// <summary>
    /// Lets go of everything that is held now; what comes later is held anew. A test that does not wait for what is to be held
    /// sets <see cref="Script"/> first: on a busy machine it may come after this call.
    /// </summary>
    public void Release() => Interlocked.Exchange(ref _released, NewSignal()).TrySetResult();

    /// <summary>Ends every connection. Throws what a script has thrown.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_running.Values);
        _stopping.Dispose();
        if (Options.Certificate is null)
            Certificate.Dispose();
    }

    internal SmtpAction Ask(SmtpExchange exchange)
    {
        // Taken before anybody can see the exchange: a release that comes of seeing it is good for it.
        var released = Volatile.Read(ref _released).Task;
        Exchanges.Append(exchange);
        return (_script(exchange) ?? SmtpAction.Default) with { Released = released };
    }

    internal void Store(ReceivedMail mail)
    {
        lock (_gate)
            Mails.Append(mail with { Number = ++_mails });
    }

    internal void Leave(int connection)
    {
        if (_present.TryRemove(connection, out _))
            Interlocked.Decrement(ref _open);
    }

    internal int CountSeen(string verb, string? address) => _seen.AddOrUpdate((verb, address), 1, (_, count) => count + 1);

    internal Task DelayAsync(TimeSpan delay) => Task.Delay(delay, _stopping.Token);

    internal Task HoldAsync(SmtpAction action) => action.Released.WaitAsync(_stopping.Token);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_stopping.Token);
                socket.NoDelay = true;
                var number = Enter();
                _running[number] = ServeAsync(socket, number);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // A client that left the queue of connections early, or the end.
            }
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        await Task.Yield();
        await using var wire = new SmtpWire(socket, _stopping.Token);
        var session = _sessions[number] = new SmtpSession(this, wire, number);
        try
        {
            await session.RunAsync();
            await wire.FlushAsync();
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            // The client broke off, or refused the certificate, or the server is disposed.
        }
        finally
        {
            Leave(number);
            _closed.Append(number);
        }

        // Not reached by a script that threw: its exception waits for DisposeAsync.
        _running.TryRemove(number, out _);
    }

    private int Enter()
    {
        var open = Interlocked.Increment(ref _open);
        int most;
        while (open > (most = Volatile.Read(ref _mostOpen)))
            Interlocked.CompareExchange(ref _mostOpen, open, most);
        var number = Interlocked.Increment(ref _connections);
        _present[number] = true;
        return number;
    }
}

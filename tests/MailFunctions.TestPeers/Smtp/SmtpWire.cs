using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>One connection: its input, its replies, TLS, and the ways to end it.</summary>
internal sealed class SmtpWire : IAsyncDisposable
{
    /// <summary>How long an orderly end waits for the client's own.</summary>
    private static readonly TimeSpan Lingering = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly CancellationToken _stopping;
    private readonly ArrayBufferWriter<byte> _replies = new();
    private Stream _stream;
    private SmtpInput _input;

    public SmtpWire(Socket socket, CancellationToken stopping)
    {
        _socket = socket;
        _stopping = stopping;
        _stream = new NetworkStream(socket);
        _input = new SmtpInput(_stream, stopping);
    }

    /// <summary>Whatever the client sent ahead of the handshake is discarded (RFC 3207 section 4.2).</summary>
    public async Task UpgradeAsync(X509Certificate2 certificate)
    {
        await FlushAsync();
        var tls = new SslStream(_stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, _stopping);
        _stream = tls;
        _input = new SmtpInput(tls, _stopping);
    }

    /// <summary>The next line without its CRLF; null when the client has gone.</summary>
    public async ValueTask<string?> ReadLineAsync()
    {
        string? line;
        while ((line = _input.TakeLine()) is null)
        {
            await FlushAsync();
            if (!await _input.FillAsync())
                return null;
        }

        return line;
    }

    /// <inheritdoc cref="SmtpInput.ReadContentAsync"/>
    public async Task<byte[]?> ReadContentAsync(long? limit)
    {
        await FlushAsync();
        return await _input.ReadContentAsync(limit);
    }

    /// <inheritdoc cref="SmtpInput.ReadChunkAsync"/>
    public async Task<byte[]?> ReadChunkAsync(int length)
    {
        await FlushAsync();
        return await _input.ReadChunkAsync(length);
    }

    /// <summary>Sent with the next flush: replies to pipelined commands travel together (RFC 2920 section 3.2).</summary>
    public void Write(ReadOnlySpan<byte> reply) => _replies.Write(reply);

    public async ValueTask FlushAsync()
    {
        if (_replies.WrittenCount == 0)
            return;
        await _stream.WriteAsync(_replies.WrittenMemory, _stopping);
        _replies.ResetWrittenCount();
    }

    /// <summary>Sends each octet by itself.</summary>
    /// <param name="pause">Awaited before each.</param>
    public async Task FlushInPiecesAsync(Func<Task> pause)
    {
        var replies = _replies.WrittenMemory;
        for (var i = 0; i < replies.Length; i++)
        {
            await pause();
            await _stream.WriteAsync(replies.Slice(i, 1), _stopping);
            await _stream.FlushAsync(_stopping);
        }

        _replies.ResetWrittenCount();
    }

    /// <summary>Sends the octets over and over until the client goes, which throws.</summary>
    public async Task RepeatAsync(ReadOnlyMemory<byte> octets)
    {
        await FlushAsync();
        while (true)
            await _stream.WriteAsync(octets, _stopping);
    }

    /// <summary>Awaits the task while the client is there; false when the client went first.</summary>
    /// <param name="task">What is awaited.</param>
    /// <param name="watches">False before a TLS handshake, whose octets are not for this reader: then nobody notices that the client goes.</param>
    public async Task<bool> WaitAsync(Task task, bool watches)
    {
        await FlushAsync();
        if (watches)
            return await _input.WatchAsync(task);
        await task;
        return true;
    }

    public async Task EndAsync(SmtpEnding ending)
    {
        await FlushAsync();
        if (ending == SmtpEnding.Reset)
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
            _socket.Close();
            return;
        }

        if (_stream is SslStream tls)
            await tls.ShutdownAsync();
        _socket.Shutdown(SocketShutdown.Send);
        await DiscardAsync(ending == SmtpEnding.HalfClose ? Timeout.InfiniteTimeSpan : Lingering);
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }

    /// <summary>A socket closed with unread octets resets: the client might lose replies that it has not read yet.</summary>
    private async Task DiscardAsync(TimeSpan patience)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
        enough.CancelAfter(patience);
        try
        {
            await _input.WatchAsync(Task.Delay(Timeout.InfiniteTimeSpan, enough.Token));
        }
        catch (OperationCanceledException)
        {
            // The client keeps its direction open: the connection is closed over its head.
        }
    }
}

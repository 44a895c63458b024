using System.Net;
using System.Net.Sockets;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>
/// An SMTP server on 127.0.0.1 that takes every mail at once and keeps nothing but their number: what it costs is little
/// and the same for every client, so that clients can be measured against each other. <see cref="ScriptedSmtpServer"/> is
/// the one that remembers.
/// </summary>
/// <remarks>Safe for any number of threads.</remarks>
public sealed class SmtpSink : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Task> _sessions = [];
    private readonly Lock _gate = new();
    private readonly Task _accepting;
    private TaskCompletionSource<long>? _reached;
    private long _awaited = long.MaxValue;
    private long _mails;

    public SmtpSink()
    {
        _listener.Start(512);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Final dots answered so far.</summary>
    public long Mails => Volatile.Read(ref _mails);

    /// <summary>Until so many mails in all have arrived. One such number can be awaited at a time.</summary>
    /// <returns>The timestamp at which the last of them arrived; the present one when they had.</returns>
    public Task<long> ReachAsync(long mails)
    {
        lock (_gate)
        {
            _reached = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _awaited, mails);
        }

        var task = _reached.Task;
        if (Mails >= mails)
            Tell();
        return task;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_sessions);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_stopping.Token);
                _sessions.RemoveAll(session => session.IsCompleted);
                _sessions.Add(ServeAsync(socket));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // A client that left the queue of connections early, or the end.
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        using (socket)
        {
            try
            {
                socket.NoDelay = true;
                await RunAsync(socket);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or InvalidDataException)
            {
                // The client went, or speaks no SMTP, or the end.
            }
        }
    }

    private async Task RunAsync(Socket socket)
    {
        var dialogue = new SinkDialogue();
        var read = 1;
        while (read > 0)
        {
            if (dialogue.TakeReplies() is { IsEmpty: false } replies)
                await socket.SendAsync(replies, _stopping.Token);
            read = dialogue.HasQuit ? 0 : await socket.ReceiveAsync(dialogue.Room(), _stopping.Token);
            Count(dialogue.Take(read));
        }
    }

    private void Count(int mails)
    {
        if (mails > 0 && Interlocked.Add(ref _mails, mails) >= Volatile.Read(ref _awaited))
            Tell();
    }

    private void Tell()
    {
        lock (_gate)
            _reached?.TrySetResult(TimeProvider.System.GetTimestamp());
    }
}

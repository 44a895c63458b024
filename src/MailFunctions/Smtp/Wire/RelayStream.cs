using System.Net;
using System.Net.Security;
using System.Text;

namespace MailFunctions.Smtp.Wire;

/// <summary>
/// The octets between MailKit and a relay, above TLS. Matches each reply to the command that it answers, passes on
/// exactly one reply for each, bounds the length and the time of the relay's replies, and ends the connection as soon as
/// replies are out of step, so that no reply is ever taken for the answer to something else.
/// </summary>
/// <remarks>Not thread safe: one command, or group of pipelined commands, at a time.</remarks>
internal sealed class RelayStream : Stream
{
    private readonly Stream _transport;
    private readonly RelayConnection _connection;
    private readonly TimeProvider _clock;
    private readonly CommandTracker _commands = new();
    private readonly ReplyParser _replies = new();

    /// <summary>A read that was begun to see whether something has arrived; a later read awaits this one first.</summary>
    private Task<int>? _reading;

    /// <summary>A reply that has arrived before it was asked for.</summary>
    private WireReply? _ahead;
    private ReadOnlyMemory<byte> _handingOn;
    private TimeSpan _replyTimeout = Timeout.InfiniteTimeSpan;
    private TimeSpan _writeTimeout = Timeout.InfiniteTimeSpan;

    /// <param name="transport">Disposed of together with this.</param>
    /// <param name="connection">The connection below <paramref name="transport"/>.</param>
    public RelayStream(Stream transport, RelayConnection connection, TimeProvider clock) => (_transport, _connection, _clock) = (transport, connection, clock);

    /// <summary>Why the connection cannot be used any more; null while it can.</summary>
    public WireException? Fault { get; private set; }

    public bool IsTls => _transport is SslStream;

    /// <summary>Some of the content of the running transaction was written.</summary>
    public bool ContentBegan { get; private set; }

    /// <summary>The end of the content was written, or handed over for writing: from here on the relay may have the mail.</summary>
    public bool ContentEnded { get; private set; }

    /// <summary>Our own address on this connection.</summary>
    public IPAddress LocalAddress => _connection.LocalAddress;

    /// <summary>Something has arrived that no command of ours asked for, or the relay has closed the connection.</summary>
    public bool HasUnread
    {
        get
        {
            try
            {
                return Fault is not null || _ahead is not null || _replies.HasAny || _reading is { IsCompleted: true } || _connection.IsReadable;
            }
            catch (ObjectDisposedException)
            {
                return true;
            }
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override bool CanTimeout => true;

    /// <summary>Milliseconds, as MailKit sets them: for a whole reply, in any number of pieces.</summary>
    public override int ReadTimeout
    {
        get => (int)_replyTimeout.TotalMilliseconds;
        set => _replyTimeout = TimeSpan.FromMilliseconds(value);
    }

    /// <summary>Milliseconds, as MailKit sets them: for each block that is written.</summary>
    public override int WriteTimeout
    {
        get => (int)_writeTimeout.TotalMilliseconds;
        set => _writeTimeout = TimeSpan.FromMilliseconds(value);
    }

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Starts a transaction, of which nothing is written yet.</summary>
    public void BeginTransaction() => ContentBegan = ContentEnded = false;

    /// <summary>Reads the greeting, which the relay sends unasked.</summary>
    public Task<WireReply> ReadGreetingAsync(CancellationToken cancellationToken)
    {
        _commands.AwaitGreeting();
        return ReadReplyAsync(cancellationToken);
    }

    /// <summary>Replays the greeting, which was already read, to the next reader.</summary>
    public void Replay(WireReply greeting) => _handingOn = greeting.ToOctets();

    /// <param name="command">The command without CRLF.</param>
    public async Task<WireReply> AskAsync(string command, CancellationToken cancellationToken)
    {
        await WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancellationToken);
        return await ReadReplyAsync(cancellationToken);
    }

    /// <summary>
    /// Returns the transport for a TLS handshake, after STARTTLS was accepted. Plain text that has arrived behind the
    /// reply may come from an attacker, and would be taken for the relay's under TLS (CVE-2011-0411).
    /// </summary>
    public async Task<Stream> ReleaseForTlsAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        return HasUnread
            ? throw Fail(new WireException(WireFault.OutOfStep, "More than the reply to STARTTLS arrived in the clear: somebody may have put it there, so that the connection is not used."))
            : _transport;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_handingOn.IsEmpty)
            _handingOn = (await ReadReplyAsync(cancellationToken)).ToOctets();
        var count = Math.Min(buffer.Length, _handingOn.Length);
        _handingOn[..count].CopyTo(buffer);
        _handingOn = _handingOn[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        RequireUsable();
        if (_commands.IsQuiet)
            await RequireNothingUnreadAsync(cancellationToken);
        var effect = _commands.Take(buffer.Span);
        if (effect.EndsContent)
            await RequireNoReplyAheadOfContentAsync(cancellationToken);
        ContentBegan |= effect.HasContent;
        ContentEnded |= effect.EndsContent;
        await WithinAsync(_transport.WriteAsync(buffer, CancellationToken.None), "The relay did not take what was sent within the time allowed.", cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        RequireUsable();
        return WithinAsync(new ValueTask(_transport.FlushAsync(CancellationToken.None)), "The relay did not take what was sent within the time allowed.", cancellationToken).AsTask();
    }

    /// <summary>Checks a positive reply to the content: a refusal that came along with it makes one of the two wrong.</summary>
    public async Task RequireNoContradictionAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
        }
        catch (WireException)
        {
            // The relay has closed the connection, or sent nonsense: the connection has ended, and the content is answered.
            return;
        }

        if (_ahead is { Code: >= 400 and not 421 } refusal)
            throw Fail(Unasked(refusal.ToString()));
    }

    /// <summary>Ends the connection, since something shows that replies are out of step.</summary>
    public WireException FailOutOfStep(string what) => Fail(OutOfStep(what));

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Fail(new WireException(WireFault.Closed, "The connection is closed."));
        base.Dispose(disposing);
    }

    private static WireException OutOfStep(string what) =>
        new(WireFault.OutOfStep, $"The relay's replies are out of step with our commands (RFC 5321 section 4.3.2): {what} The connection was dropped.");

    private static WireException Unasked(string what) => OutOfStep($"it sent \"{what}\" when no command was waiting for a reply.");

    private async Task<WireReply> ReadReplyAsync(CancellationToken cancellationToken)
    {
        RequireUsable();
        if (_commands.Next is not { } awaited)
            throw FailOutOfStep("a reply was looked for that no command had asked for.");
        var reply = await NextAsync(cancellationToken);
        if (!awaited.CanBe(reply.Code))
            throw FailOutOfStep($"{awaited.Name()} was answered with \"{reply}\".");
        if (!_commands.Answered(reply.Code))
            throw Fail(new WireException(WireFault.TooLong, $"The relay answered more than {CommandTracker.MaxAuthLines} lines of AUTH with another challenge."));
        // MailKit ends the mail for all recipients at a 530 to one RCPT. 535 has the same meaning for the credentials (RFC 4954 section 6).
        return awaited == AwaitedReply.Rcpt && reply.Code == 530 ? reply with { Code = 535 } : reply;
    }

    private async Task<WireReply> NextAsync(CancellationToken cancellationToken)
    {
        if (_ahead is { } ahead)
        {
            _ahead = null;
            return ahead;
        }

        // One limit for the whole reply: a relay that sends an octet now and then does not get a new one for each.
        using var late = new CancellationTokenSource(_replyTimeout, _clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            WireReply? reply;
            while ((reply = Parse()) is null)
                await FillAsync(ending.Token);
            return reply;
        }
        catch (OperationCanceledException)
        {
            var timedOut = Fail(new WireException(WireFault.TimedOut, "No answer within the time allowed."));
            cancellationToken.ThrowIfCancellationRequested();
            throw timedOut;
        }
    }

    /// <summary>
    /// Fails when anything has arrived before a command is written, since it answers none of ours; a relay that closes
    /// the connection may send 421.
    /// </summary>
    private async ValueTask RequireNothingUnreadAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        if (_ahead is { Code: 421 } closing)
            throw Fail(new WireException(WireFault.Closing, closing.ToString()) { Reply = closing });
        if (_ahead is not null || _replies.HasAny)
            throw Fail(Unasked(_ahead?.ToString() ?? "the beginning of a reply"));
    }

    /// <summary>Lets a relay refuse content before it has all of it, but not accept it.</summary>
    private async ValueTask RequireNoReplyAheadOfContentAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        if (_ahead is { Code: < 400 } early)
            throw FailOutOfStep($"it sent \"{early}\" before it had the end of the content.");
    }

    /// <summary>Reads what has arrived, without waiting for more.</summary>
    private async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        while (_ahead is null && (_ahead = Parse()) is null)
        {
            // TLS may have buffered what it has read, so only a read can tell; without TLS nothing may be read ahead,
            // since a handshake could come next.
            if (_reading is null && !IsTls && !_connection.IsReadable)
                return;
            var reading = _reading ??= _transport.ReadAsync(_replies.Room(), CancellationToken.None).AsTask();
            while (!reading.IsCompleted && _connection.Available > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            if (!reading.IsCompleted)
                return;
            await FillAsync(cancellationToken);
        }
    }

    private WireReply? Parse()
    {
        try
        {
            return _replies.Take();
        }
        catch (WireException exception)
        {
            throw Fail(exception);
        }
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        int read;
        try
        {
            _reading ??= _transport.ReadAsync(_replies.Room(), CancellationToken.None).AsTask();
            read = await _reading.WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw Fail(Lost(exception));
        }

        _reading = null;
        if (read == 0)
            throw Fail(new WireException(WireFault.Closed, _replies.HasAny ? "The relay closed the connection in the middle of a reply." : "The relay closed the connection instead of answering."));
        _replies.Took(read);
    }

    private async ValueTask WithinAsync(ValueTask writing, string late, CancellationToken cancellationToken)
    {
        try
        {
            if (writing.IsCompleted)
                await writing;
            else
                await writing.AsTask().WaitAsync(_writeTimeout, _clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Fail(new WireException(WireFault.TimedOut, late));
        }
        catch (OperationCanceledException)
        {
            Fail(new WireException(WireFault.TimedOut, late));
            throw;
        }
        catch (Exception exception)
        {
            throw Fail(Lost(exception));
        }
    }

    private static WireException Lost(Exception exception) =>
        exception as WireException ?? new WireException(WireFault.Closed, $"The connection to the relay was lost: {exception.GetBaseException().Message}", exception);

    private void RequireUsable()
    {
        if (Fault is not null)
            throw new WireException(Fault.Fault, Fault.Message, Fault) { Reply = Fault.Reply };
    }

    /// <summary>Keeps the first fault and closes the connection, so that a late reply reaches no reader.</summary>
    private WireException Fail(WireException exception)
    {
        if (Fault is not null)
            return exception;
        Fault = exception;
        _transport.Dispose();
        _reading?.ContinueWith(ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return exception;
    }
}

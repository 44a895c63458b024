using System.Buffers.Text;

namespace MailFunctions.Smtp.Wire;

/// <summary>The contents of octets that are about to be written.</summary>
/// <param name="HasContent">They contain some of a mail's content.</param>
/// <param name="EndsContent">They contain its end: the final dot, or the last octet of a chunk.</param>
internal readonly record struct WriteEffect(bool HasContent, bool EndsContent);

/// <summary>
/// Parses what is written to a relay, in pieces of any size, and tracks which replies are awaited: one for each command,
/// each line of an AUTH exchange, and each content.
/// </summary>
/// <remarks>Not thread safe.</remarks>
internal sealed class CommandTracker
{
    /// <summary>
    /// The most lines of an AUTH exchange. No SASL mechanism needs more; a relay that goes on asking
    /// would be answered without end.
    /// </summary>
    public const int MaxAuthLines = 16;

    /// <summary>The part of a line that is kept: enough for its verb, and for the whole of BDAT.</summary>
    private const int LineKept = 64;

    private readonly Queue<AwaitedReply> _awaited = new();
    private readonly byte[] _line = new byte[LineKept];
    private int _lineLength;
    private bool _inData;

    /// <summary>
    /// The part of CRLF, dot, CRLF that the content ends with so far; 2 at its beginning, which counts
    /// as the beginning of a line.
    /// </summary>
    private int _dot;
    private bool _dataBegun;
    private long _chunkLeft;
    private bool _isChallenged;
    private int _authLines;

    public int Awaited => _awaited.Count;

    /// <summary>
    /// No reply is awaited, and a command or the content after DATA is next: anything that has arrived by now
    /// answers no command of ours.
    /// </summary>
    public bool IsQuiet => _awaited.Count == 0 && _lineLength == 0 && !_dataBegun && _chunkLeft == 0;

    /// <summary>Awaits the greeting: the relay speaks first.</summary>
    public void AwaitGreeting() => _awaited.Enqueue(AwaitedReply.Greeting);

    /// <summary>The input that the next reply answers; null when nothing is awaited.</summary>
    public AwaitedReply? Next => _awaited.TryPeek(out var next) ? next : null;

    /// <summary>Records that the reply to <see cref="Next"/> was read.</summary>
    /// <returns>False when an AUTH exchange has no end.</returns>
    public bool Answered(int code)
    {
        var answered = _awaited.Dequeue();
        _inData = answered == AwaitedReply.Data && code == 354;
        _dot = 2;
        _isChallenged = answered == AwaitedReply.Auth && code == 334;
        _authLines = _isChallenged ? _authLines + 1 : 0;
        return _authLines <= MaxAuthLines;
    }

    public WriteEffect Take(ReadOnlySpan<byte> octets)
    {
        var effect = default(WriteEffect);
        while (!octets.IsEmpty)
        {
            if (_chunkLeft > 0)
            {
                var taken = (int)Math.Min(_chunkLeft, octets.Length);
                _chunkLeft -= taken;
                octets = octets[taken..];
                effect = new WriteEffect(true, effect.EndsContent || _chunkLeft == 0);
            }
            else if (_inData)
            {
                octets = octets[TakeContent(octets)..];
                effect = new WriteEffect(true, effect.EndsContent || !_inData);
            }
            else
            {
                octets = octets[TakeLine(octets)..];
            }
        }

        return effect;
    }

    private int TakeContent(ReadOnlySpan<byte> octets)
    {
        _dataBegun = true;
        for (var i = 0; i < octets.Length; i++)
        {
            if (_dot == 0 && octets[i..].IndexOf((byte)'\r') is var skipped && skipped != 0)
            {
                if (skipped < 0)
                    return octets.Length;
                i += skipped;
            }

            _dot = (_dot, octets[i]) switch
            {
                (1, (byte)'\n') => 2,
                (2, (byte)'.') => 3,
                (3, (byte)'\r') => 4,
                (4, (byte)'\n') => 5,
                (_, (byte)'\r') => 1,
                _ => 0,
            };
            if (_dot < 5)
                continue;
            _inData = _dataBegun = false;
            _awaited.Enqueue(AwaitedReply.Content);
            return i + 1;
        }

        return octets.Length;
    }

    private int TakeLine(ReadOnlySpan<byte> octets)
    {
        var end = octets.IndexOf((byte)'\n');
        var taken = end < 0 ? octets.Length : end + 1;
        var kept = Math.Min(taken, LineKept - _lineLength);
        octets[..kept].CopyTo(_line.AsSpan(_lineLength));
        _lineLength += kept;
        if (end < 0)
            return taken;

        var awaited = _isChallenged ? AwaitedReply.Auth : Read(_line.AsSpan(0, _lineLength));
        _isChallenged = false;
        _lineLength = 0;
        _awaited.Enqueue(awaited);
        return taken;
    }

    /// <summary>Verbs are the ones that this app writes, in capital letters.</summary>
    private AwaitedReply Read(ReadOnlySpan<byte> line)
    {
        var verb = line[..Math.Min(line.Length, 4)];
        if (verb.SequenceEqual("BDAT"u8))
        {
            _chunkLeft = line.Length > 5 && Utf8Parser.TryParse(line[5..], out long octets, out _) ? octets : 0;
            return AwaitedReply.Chunk;
        }

        if (verb.SequenceEqual("EHLO"u8) || verb.SequenceEqual("HELO"u8))
            return AwaitedReply.Ehlo;
        if (verb.SequenceEqual("STAR"u8))
            return AwaitedReply.StartTls;
        if (verb.SequenceEqual("AUTH"u8))
            return AwaitedReply.Auth;
        if (verb.SequenceEqual("MAIL"u8))
            return AwaitedReply.Mail;
        if (verb.SequenceEqual("RCPT"u8))
            return AwaitedReply.Rcpt;
        if (verb.SequenceEqual("DATA"u8))
            return AwaitedReply.Data;
        if (verb.SequenceEqual("RSET"u8) || verb.SequenceEqual("NOOP"u8))
            return AwaitedReply.Idle;
        return verb.SequenceEqual("QUIT"u8) ? AwaitedReply.Quit : AwaitedReply.Other;
    }
}

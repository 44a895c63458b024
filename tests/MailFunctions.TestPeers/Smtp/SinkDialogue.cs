using System.Buffers;
using System.Buffers.Text;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>One connection of an <see cref="SmtpSink"/>: takes what the client sends, in whatever pieces, and says yes to it.</summary>
internal sealed class SinkDialogue
{
    private readonly ArrayBufferWriter<byte> _replies = new(1024);
    private byte[] _buffer = new byte[32 * 1024];
    private int _end;
    private bool _inContent;
    private bool _isInTransaction;

    /// <summary>Octets of the running chunk that are still to come (RFC 3030 section 2), and whether it is the last.</summary>
    private (int Octets, bool IsLast)? _chunk;

    public SinkDialogue() => _replies.Write("220 sink ESMTP\r\n"u8);

    public bool HasQuit { get; private set; }

    /// <summary>Where the next octets go.</summary>
    public Memory<byte> Room()
    {
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        return _buffer.AsMemory(_end);
    }

    /// <summary>What is to be sent before more is read. Good until the next octets are taken.</summary>
    public ReadOnlyMemory<byte> TakeReplies()
    {
        var replies = _replies.WrittenMemory;
        _replies.ResetWrittenCount();
        return replies;
    }

    /// <param name="read">Octets that were put into <see cref="Room"/>.</param>
    /// <returns>Mails that they completed.</returns>
    public int Take(int read)
    {
        _end += read;
        var rest = _buffer.AsSpan(0, _end);
        var mails = 0;
        while (!HasQuit && (_chunk is not null ? TryEndChunk(ref rest, ref mails) : _inContent ? TryEndContent(ref rest, ref mails) : TryAnswer(ref rest)))
        {
        }

        rest.CopyTo(_buffer);
        _end = rest.Length;
        return mails;
    }

    /// <summary>The CRLF that ends the DATA line is left before the content, so that empty content ends like any other.</summary>
    private bool TryEndContent(ref Span<byte> rest, ref int mails)
    {
        var end = "\r\n.\r\n"u8;
        var at = rest.IndexOf(end);
        if (at < 0)
        {
            rest = rest[Math.Max(0, rest.Length - end.Length + 1)..];
            return false;
        }

        rest = rest[(at + end.Length)..];
        _inContent = false;
        mails++;
        _replies.Write("250 2.0.0 Ok\r\n"u8);
        return true;
    }

    private bool TryEndChunk(ref Span<byte> rest, ref int mails)
    {
        var (octets, isLast) = _chunk!.Value;
        var taken = Math.Min(octets, rest.Length);
        rest = rest[taken..];
        _chunk = octets > taken ? (octets - taken, isLast) : null;
        if (_chunk is not null)
            return false;
        mails += isLast ? 1 : 0;
        _isInTransaction &= !isLast;
        _replies.Write("250 2.0.0 Ok\r\n"u8);
        return true;
    }

    private bool TryAnswer(ref Span<byte> rest)
    {
        var length = rest.IndexOf("\r\n"u8);
        if (length < 0)
            return false;

        var verb = length < 4 ? 0 : rest[0] << 24 | rest[1] << 16 | rest[2] << 8 | rest[3];
        // RFC 5321 section 2.4: verbs are not case sensitive.
        switch (verb & ~0x20202020)
        {
            case 'D' << 24 | 'A' << 16 | 'T' << 8 | 'A':
                _inContent = true;
                rest = rest[length..];
                _replies.Write("354 Go on\r\n"u8);
                return true;
            case 'B' << 24 | 'D' << 16 | 'A' << 8 | 'T':
                var size = rest[5..length];
                _chunk = Utf8Parser.TryParse(size, out int octets, out var digits) ? (octets, size.Length > digits) : throw new InvalidDataException("BDAT names no size.");
                rest = rest[(length + 2)..];
                if (octets > 0 || _isInTransaction)
                    return true;
                // A client that tries whether it is known.
                _chunk = null;
                _replies.Write("503 5.5.1 MAIL first\r\n"u8);
                return true;
            case 'M' << 24 | 'A' << 16 | 'I' << 8 | 'L':
                _isInTransaction = true;
                _replies.Write("250 2.1.0 Ok\r\n"u8);
                break;
            case 'R' << 24 | 'C' << 16 | 'P' << 8 | 'T':
                _replies.Write("250 2.1.5 Ok\r\n"u8);
                break;
            case 'E' << 24 | 'H' << 16 | 'L' << 8 | 'O':
                _replies.Write("250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250-SMTPUTF8\r\n250-CHUNKING\r\n250 SIZE 52428800\r\n"u8);
                break;
            case 'Q' << 24 | 'U' << 16 | 'I' << 8 | 'T':
                HasQuit = true;
                _replies.Write("221 2.0.0 Bye\r\n"u8);
                break;
            default:
                _replies.Write("250 2.0.0 Ok\r\n"u8);
                break;
        }

        rest = rest[(length + 2)..];
        return true;
    }
}

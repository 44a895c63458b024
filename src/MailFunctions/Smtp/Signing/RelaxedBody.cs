using System.Buffers;
using System.Security.Cryptography;
using MailFunctions.Smtp.Composition;
using MimeKit;

namespace MailFunctions.Smtp.Signing;

/// <summary>
/// Hashes what is written to it in the canonical form "relaxed" of a body (RFC 6376 section 3.4.4): runs of white space as
/// one space, none at the end of a line, and no empty lines at the end. It keeps nothing of the body.
/// </summary>
internal sealed class RelaxedBody : Stream
{
    private const int Piece = 8 * 1024;

    private static readonly SearchValues<byte> Special = SearchValues.Create(" \t\r\n"u8);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _piece = new byte[Piece];
    private int _length;

    /// <summary>Line ends that count only if something follows them.</summary>
    private long _lines;
    private bool _space;
    private bool _return;
    private bool _any;

    /// <summary>Hashes the body of a message, whose files may be read from storage meanwhile.</summary>
    /// <param name="format">The format that the message is sent in.</param>
    public static async Task<byte[]> HashAsync(MimeMessage message, FormatOptions format, CancellationToken cancellationToken)
    {
        await using var hashing = new RelaxedBody();
        // What is in memory is hashed at once; only a file that is read meanwhile has to be waited for.
        if (message.BodyParts.OfType<MimePart>().Any(part => part.Content is FlowingContent))
            await message.Body!.WriteToAsync(format, hashing, contentOnly: true, cancellationToken);
        else
            message.Body?.WriteTo(format, hashing, contentOnly: true, cancellationToken);
        return hashing.Finish();
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <returns>The hash of all that was written.</returns>
    public byte[] Finish()
    {
        if (_return)
            Put([]);
        // A body that is not empty ends with one line end, whether it had one or several or none.
        if (_any)
            Add("\r\n"u8);
        _hash.AppendData(_piece, 0, _length);
        _length = 0;
        return _hash.GetHashAndReset();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var plain = buffer.IndexOfAny(Special) is var next and >= 0 ? next : buffer.Length;
            if (plain > 0)
            {
                Put(buffer[..plain]);
                buffer = buffer[plain..];
                continue;
            }

            if (_return && buffer[0] != '\n')
                Put([]);
            switch (buffer[0])
            {
                case (byte)'\n':
                    (_return, _space) = (false, false);
                    _lines++;
                    break;
                case (byte)'\r':
                    _return = true;
                    break;
                default:
                    _space = true;
                    break;
            }

            buffer = buffer[1..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
        // What is pending counts only if something follows it.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();

        base.Dispose(disposing);
    }

    /// <summary>Hashes octets without white space, after what is pending before them.</summary>
    private void Put(ReadOnlySpan<byte> octets)
    {
        for (; _lines > 0; _lines--)
            Add("\r\n"u8);
        if (_space)
            Add(" "u8);
        // A CR by itself is no line end.
        if (_return)
            Add("\r"u8);
        (_space, _return, _any) = (false, false, true);
        Add(octets);
    }

    private void Add(ReadOnlySpan<byte> octets)
    {
        if (_length + octets.Length > Piece)
        {
            _hash.AppendData(_piece, 0, _length);
            _length = 0;
        }

        if (octets.Length > Piece)
        {
            _hash.AppendData(octets);
            return;
        }

        octets.CopyTo(_piece.AsSpan(_length));
        _length += octets.Length;
    }
}

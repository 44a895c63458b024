using System.Buffers;
using System.Text;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>
/// What a client sends: lines, content, chunks. It can also watch for the client's going while something else is awaited,
/// without losing what the client sends meanwhile.
/// </summary>
internal sealed class SmtpInput(Stream stream, CancellationToken stopping)
{
    private byte[] _buffer = new byte[32 * 1024];
    private int _start;
    private int _end;

    /// <summary>A read begun while watching; whoever needs more octets awaits this one first.</summary>
    private Task<int>? _begun;

    private ReadOnlySpan<byte> Buffered => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Takes the next line, without its CRLF, if it has arrived whole.</summary>
    public string? TakeLine()
    {
        var length = Buffered.IndexOf("\r\n"u8);
        if (length < 0)
            return null;
        var line = Encoding.UTF8.GetString(Buffered[..length]);
        _start += length + 2;
        return line;
    }

    /// <summary>
    /// The content up to the final dot, without dot-stuffing (RFC 5321 section 4.5.2); null when the client has gone, or
    /// when <paramref name="limit"/> octets have come before the final dot.
    /// </summary>
    public async Task<byte[]?> ReadContentAsync(long? limit)
    {
        var content = new ArrayBufferWriter<byte>();
        var taken = 0L;
        while (limit is null || taken + Buffered.Length < limit)
        {
            var before = _start;
            if (TakeContent(content))
                return content.WrittenSpan.ToArray();
            taken += _start - before;
            if (!await FillAsync())
                return null;
        }

        return null;
    }

    /// <summary>Exactly so many octets (BDAT, RFC 3030); null when the client has gone.</summary>
    public async Task<byte[]?> ReadChunkAsync(int length)
    {
        while (_end - _start < length)
        {
            if (!await FillAsync())
                return null;
        }

        var chunk = Buffered[..length].ToArray();
        _start += length;
        return chunk;
    }

    /// <summary>Awaits more octets; false when the client has gone.</summary>
    public async ValueTask<bool> FillAsync()
    {
        int read;
        if (_begun is { } begun)
        {
            read = await begun;
            _begun = null;
        }
        else
        {
            read = await stream.ReadAsync(Room(), stopping);
        }

        _end += read;
        return read > 0;
    }

    /// <summary>Awaits the task while the client is there; false when the client went first.</summary>
    public async Task<bool> WatchAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _begun ??= stream.ReadAsync(Room(), stopping).AsTask();
            await Task.WhenAny(task, _begun);
            if (!task.IsCompleted && !await FillAsync())
                return false;
        }

        await task;
        return true;
    }

    private bool TakeContent(ArrayBufferWriter<byte> content)
    {
        int length;
        while ((length = Buffered.IndexOf("\r\n"u8)) >= 0)
        {
            var line = Buffered[..(length + 2)];
            _start += line.Length;
            var isStuffed = line[0] == (byte)'.';
            if (isStuffed && length == 1)
                return true;
            content.Write(isStuffed ? line[1..] : line);
        }

        return false;
    }

    private Memory<byte> Room()
    {
        if (_start > 0)
        {
            Buffered.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        return _buffer.AsMemory(_end);
    }
}

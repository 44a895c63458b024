using System.Text;
using MailFunctions.Smtp.Replies;

namespace MailFunctions.Smtp.Wire;

/// <summary>Splits what a relay sends, in pieces of any size, into replies, and bounds the length of a reply.</summary>
/// <remarks>
/// Not thread safe. A line may end in LF alone, as some relays send it: what follows is then a reply of its
/// own, and is not overlooked.
/// </remarks>
internal sealed class ReplyParser
{
    /// <summary>
    /// The most octets of a reply: far more than any relay sends, since RFC 5321 section 4.5.3.1.5 has 512 octets for a line.
    /// </summary>
    public const int MaxReply = 64 * 1024;

    private const int LongestShown = 100;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<string> _lines = [];
    private byte[] _buffer = new byte[1024];
    private int _start;
    private int _scanned;
    private int _end;
    private int _octets;
    private int _code;

    /// <summary>Some part of a reply has arrived.</summary>
    public bool HasAny => _end > _start || _lines.Count > 0;

    /// <summary>Returns the space for the next octets; at least one fits.</summary>
    public Memory<byte> Room()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _scanned, _end) = (0, _scanned - _start, _end - _start);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        return _buffer.AsMemory(_end);
    }

    /// <summary>Records that this many octets were put into <see cref="Room"/>.</summary>
    public void Took(int octets) => _end += octets;

    /// <summary>Returns the next reply; null when it has not arrived completely.</summary>
    /// <exception cref="WireException">The octets are no reply, or too many for one.</exception>
    public WireReply? Take()
    {
        while (true)
        {
            var at = _buffer.AsSpan(_scanned.._end).IndexOf((byte)'\n');
            if (at < 0)
            {
                _scanned = _end;
                RequireBound(_octets + _end - _start);
                return null;
            }

            var line = _buffer.AsSpan(_start..(_scanned + at));
            _start = _scanned += at + 1;
            RequireBound(_octets += line.Length + 1);
            if (TakeLine(line.TrimEnd((byte)'\r')))
            {
                var reply = new WireReply(_code, [.. _lines]);
                _lines.Clear();
                _octets = 0;
                return reply;
            }
        }
    }

    /// <returns>True when it is the last line of its reply.</returns>
    private bool TakeLine(ReadOnlySpan<byte> line)
    {
        if (line.Length < 3 || CodeOf(line) is not (>= 100 and var code) || (line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-')))
            throw new WireException(WireFault.Malformed, $"The relay sent a line that is no SMTP reply (RFC 5321 section 4.2): \"{Shown(line)}\".");
        if (_lines.Count > 0 && code != _code)
            throw new WireException(WireFault.Malformed, $"The lines of one reply have different codes (RFC 5321 section 4.2.1): {_code} and then \"{Shown(line)}\".");
        _code = code;
        _lines.Add(line.Length > 4 ? TextOf(line[4..]) : "");
        return line.Length == 3 || line[3] == (byte)' ';
    }

    private static int CodeOf(ReadOnlySpan<byte> line)
    {
        var code = 0;
        foreach (var digit in line[..3])
            code = char.IsAsciiDigit((char)digit) ? (code * 10) + digit - '0' : -1000;
        return code;
    }

    /// <summary>
    /// Decodes a text. RFC 5321 demands ASCII; UTF-8 occurs in its place (RFC 6531 section 3.7.4.2), and
    /// Latin-1 is for what is neither.
    /// </summary>
    private static string TextOf(ReadOnlySpan<byte> octets)
    {
        string text;
        try
        {
            text = Strict.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            text = Encoding.Latin1.GetString(octets);
        }

        return string.Create(text.Length, text, (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
    }

    private static string Shown(ReadOnlySpan<byte> line) => ReplyRules.Tidy(TextOf(line[..Math.Min(line.Length, LongestShown)]));

    private static void RequireBound(int octets)
    {
        if (octets > MaxReply)
            throw new WireException(WireFault.TooLong, $"The relay sent a reply of more than {MaxReply / 1024} KiB.");
    }
}

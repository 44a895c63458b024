using System.Text;
using MimeKit;

namespace MailFunctions.Smtp.Signing;

/// <summary>The header fields of a message, taken from the very bytes that are sent.</summary>
internal sealed class HeaderBlock
{
    private readonly List<(string Name, byte[] Value)> _fields = [];

    private HeaderBlock()
    {
    }

    /// <param name="format">The format that the message is sent in.</param>
    public static HeaderBlock Of(MimeMessage message, FormatOptions format)
    {
        using var written = new MemoryStream();
        message.WriteTo(format, written, headersOnly: true);
        var block = new HeaderBlock();
        var bytes = written.GetBuffer().AsSpan(0, (int)written.Length);
        for (var rest = bytes; FieldLength(rest) is > 0 and var length; rest = rest[length..])
        {
            var colon = rest.IndexOf((byte)':');
            block._fields.Add((Encoding.ASCII.GetString(rest[..colon]).TrimEnd().ToLowerInvariant(), rest[(colon + 1)..length].ToArray()));
        }

        return block;
    }

    /// <param name="name">Lower-case.</param>
    public int Count(string name) => _fields.Count(field => field.Name == name);

    /// <summary>
    /// Returns the values of the fields that a list of names stands for, from the last of each name upwards; a name that is
    /// listed more often than there are such fields stands for none the further times (RFC 6376 section 5.4.2).
    /// </summary>
    public IEnumerable<(string Name, byte[] Value)> Named(IEnumerable<string> names)
    {
        var next = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var index = next.GetValueOrDefault(name, _fields.Count) - 1;
            while (index >= 0 && _fields[index].Name != name)
                index--;
            next[name] = Math.Max(index, 0);
            if (index >= 0)
                yield return _fields[index];
        }
    }

    /// <summary>Returns the length of the first field with its line end, and the lines that continue it; 0 at the end of the header.</summary>
    private static int FieldLength(ReadOnlySpan<byte> bytes)
    {
        for (var length = 0; ;)
        {
            var line = bytes[length..].IndexOf((byte)'\n') + 1;
            if (line == 0 || (length == 0 && line <= 2))
                return 0;
            length += line;
            if (length == bytes.Length || bytes[length] is not ((byte)' ' or (byte)'\t'))
                return length;
        }
    }
}

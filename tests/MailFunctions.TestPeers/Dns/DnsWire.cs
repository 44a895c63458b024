using System.Buffers.Binary;
using System.Text;

namespace MailFunctions.TestPeers.Dns;

/// <summary>DNS messages as octets (RFC 1035 section 4).</summary>
internal static class DnsWire
{
    public const int Cname = 5;
    private const int HeaderOctets = 12;

    public static (string Name, int Type, int End)? ReadQuestion(ReadOnlySpan<byte> message)
    {
        var labels = new List<string>();
        var position = HeaderOctets;
        while (position < message.Length && message[position] is var length and not 0)
        {
            if (length > 63 || position + 1 + length > message.Length)
                return null;
            labels.Add(Encoding.ASCII.GetString(message.Slice(position + 1, length)));
            position += 1 + length;
        }
        return position + 5 > message.Length
            ? null
            : (string.Join('.', labels).ToLowerInvariant(), BinaryPrimitives.ReadUInt16BigEndian(message[(position + 1)..]), position + 5);
    }

    /// <summary>The largest datagram that the client takes: what its OPT record names (RFC 6891), or 512.</summary>
    public static int DatagramOf(ReadOnlySpan<byte> message, int questionEnd) =>
        message.Length >= questionEnd + 11 && message[questionEnd] == 0 && BinaryPrimitives.ReadUInt16BigEndian(message[(questionEnd + 1)..]) == 41
            ? Math.Max(512, (int)BinaryPrimitives.ReadUInt16BigEndian(message[(questionEnd + 3)..]))
            : 512;

    public static byte[] Write(ReadOnlySpan<byte> query, int questionEnd, int code, IReadOnlyList<DnsRecord> records, bool truncated = false, bool wrongId = false, int? answers = null)
    {
        using var message = new MemoryStream();
        Put(message, BinaryPrimitives.ReadUInt16BigEndian(query) ^ (wrongId ? 0x5555 : 0));
        Put(message, 0x8180 | (truncated ? 0x0200 : 0) | code);
        Put(message, 1);
        Put(message, answers ?? records.Count);
        Put(message, 0);
        Put(message, 0);
        message.Write(query[HeaderOctets..questionEnd]);
        foreach (var record in records)
        {
            message.Write(NameOf(record.Name));
            Put(message, record.Type);
            Put(message, 1);
            Put(message, record.TimeToLive >> 16);
            Put(message, record.TimeToLive & 0xFFFF);
            Put(message, record.Data.Length);
            message.Write(record.Data);
        }
        return message.ToArray();
    }

    public static byte[] NameOf(string name)
    {
        using var octets = new MemoryStream();
        foreach (var label in name.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            var text = Encoding.UTF8.GetBytes(label);
            octets.WriteByte((byte)text.Length);
            octets.Write(text);
        }
        octets.WriteByte(0);
        return octets.ToArray();
    }

    /// <summary>The data of a TXT record: each string in pieces of 255 octets at most.</summary>
    public static byte[] TextOf(IEnumerable<string> strings)
    {
        using var octets = new MemoryStream();
        foreach (var text in strings)
        {
            var rest = Encoding.UTF8.GetBytes(text).AsSpan();
            do
            {
                var piece = rest[..Math.Min(255, rest.Length)];
                octets.WriteByte((byte)piece.Length);
                octets.Write(piece);
                rest = rest[piece.Length..];
            }
            while (rest.Length > 0);
        }
        return octets.ToArray();
    }

    private static void Put(MemoryStream message, int value)
    {
        message.WriteByte((byte)(value >> 8));
        message.WriteByte((byte)value);
    }
}

internal sealed record DnsRecord(string Name, int Type, byte[] Data, int TimeToLive);

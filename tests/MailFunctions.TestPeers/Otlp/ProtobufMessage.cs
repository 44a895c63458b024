using System.Buffers.Binary;
using System.Text;

namespace MailFunctions.TestPeers.Otlp;

/// <summary>One message in protobuf's wire format (https://protobuf.dev/programming-guides/encoding/), read by field numbers.</summary>
/// <remarks>Knows varint, fixed and length-delimited fields, which is all that proto3 writes.</remarks>
internal sealed class ProtobufMessage
{
    private readonly List<(int Number, ulong Value, ReadOnlyMemory<byte> Octets)> _fields = [];

    /// <exception cref="InvalidDataException">It is no protobuf.</exception>
    public ProtobufMessage(ReadOnlyMemory<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var tag = Varint(ref octets);
            var (value, content) = (tag & 7) switch
            {
                0 => (Varint(ref octets), default),
                1 => (BinaryPrimitives.ReadUInt64LittleEndian(Take(ref octets, 8).Span), default),
                2 => (0UL, Take(ref octets, (int)Varint(ref octets))),
                5 => (BinaryPrimitives.ReadUInt32LittleEndian(Take(ref octets, 4).Span), default),
                _ => throw new InvalidDataException("A field has a wire type that proto3 does not write."),
            };
            _fields.Add(((int)(tag >> 3), value, content));
        }
    }

    public bool Has(int number) => _fields.Exists(field => field.Number == number);

    public IEnumerable<ProtobufMessage> Messages(int number) => _fields.Where(field => field.Number == number).Select(field => new ProtobufMessage(field.Octets));

    /// <summary>Empty when it is not there, as proto3 has it.</summary>
    public ProtobufMessage Message(int number) => Messages(number).FirstOrDefault() ?? new ProtobufMessage(default);

    public string Text(int number) => Encoding.UTF8.GetString(Octets(number).Span);

    /// <summary>Lower-case hexadecimal.</summary>
    public string Hex(int number) => Convert.ToHexStringLower(Octets(number).Span);

    public ulong Number(int number) => _fields.LastOrDefault(field => field.Number == number).Value;

    public double Double(int number) => BitConverter.UInt64BitsToDouble(Number(number));

    private ReadOnlyMemory<byte> Octets(int number) => _fields.LastOrDefault(field => field.Number == number).Octets;

    private static ulong Varint(ref ReadOnlyMemory<byte> octets)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var octet = Take(ref octets, 1).Span[0];
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80)
                return value;
        }

        throw new InvalidDataException("A varint has more than ten octets.");
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> octets, int count)
    {
        if (count < 0 || count > octets.Length)
            throw new InvalidDataException("It ends within a field.");
        var taken = octets[..count];
        octets = octets[count..];
        return taken;
    }
}

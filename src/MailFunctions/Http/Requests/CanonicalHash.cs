using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MailFunctions.Http.Requests;

/// <summary>Computes a hash that is equal for equivalent bodies: the order of fields, white space and escapes do not count.</summary>
internal static class CanonicalHash
{
    /// <param name="operation">The requested operation: the same body sent elsewhere is another request.</param>
    public static string Of(string operation, RequestValue body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AddText(hash, operation);
        Add(hash, body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, RequestValue value)
    {
        if (value.IsObject)
        {
            AddHead(hash, 'o', value.Members.Count);
            foreach (var (name, member) in value.Members.OrderBy(member => member.Name, StringComparer.Ordinal))
            {
                AddText(hash, name);
                Add(hash, member);
            }
        }
        else if (value.Bytes is { } bytes)
        {
            AddHead(hash, 'b', bytes.Length);
            hash.AppendData(bytes.Span);
        }
        else if (value.IsArray)
        {
            AddHead(hash, 'a', value.Items.Count);
            foreach (var item in value.Items)
                Add(hash, item);
        }
        else if (value.IsString && value.TryReadUtf8(out var text))
        {
            AddHead(hash, 's', text.Length);
            hash.AppendData(text.Span);
        }
        else
        {
            AddHead(hash, 'v', value.Raw.Length);
            hash.AppendData(value.Raw.Span);
        }
    }

    private static void AddText(IncrementalHash hash, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        AddHead(hash, 't', utf8.Length);
        hash.AppendData(utf8);
    }

    /// <summary>Adds kind and length before each value, so that different bodies never yield the same bytes.</summary>
    private static void AddHead(IncrementalHash hash, char kind, int length)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], length);
        hash.AppendData(head);
    }
}

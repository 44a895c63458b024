using System.Text;
using MailFunctions.Smtp.Wire;

namespace MailFunctions.Fuzz.Replies;

/// <summary>The parser of replies alone: it reads the same wherever octets are cut, holds no more than its bound, and throws what it says.</summary>
internal static class ParserFuzz
{
    private const int Rounds = 20;

    public static string? Try(Random random)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var octets = random.Chance(40)
                ? random.Octets(300)
                : Encoding.Latin1.GetBytes(random.Mutate("220 hi\r\n250-one\r\n250-\r\n250 two\r\n354\r\n550 5.1.1 no\n421 \u00e4\r\n", "0259 -\r\n\0\u00ff", random.Next(8)));
            if (random.Chance(2))
                octets = [.. octets, .. Enumerable.Repeat((byte)'x', ReplyParser.MaxReply + random.Next(10))];

            var (whole, cut) = (Read(octets, octets.Length), Read(octets, random.Next(1, 9)));
            if (whole != cut)
                return $"cut into pieces it reads otherwise: {whole} and {cut}: {Convert.ToHexString(octets)}";
        }

        return null;
    }

    private static string Read(byte[] octets, int piece)
    {
        var parser = new ReplyParser();
        var read = new StringBuilder();
        try
        {
            for (var at = 0; at < octets.Length; at += piece)
            {
                var left = octets.AsMemory(at, Math.Min(piece, octets.Length - at));
                while (!left.IsEmpty)
                {
                    var room = parser.Room();
                    if (room.Length > 2 * ReplyParser.MaxReply)
                        return "too much room";
                    var some = left[..Math.Min(room.Length, left.Length)];
                    some.CopyTo(room);
                    parser.Took(some.Length);
                    left = left[some.Length..];
                    while (parser.Take() is { } reply)
                        read.Append(reply.Code).Append(':').AppendJoin('|', reply.Lines).Append(';');
                }
            }
        }
        catch (WireException exception)
        {
            read.Append(exception.Message);
        }

        return read.ToString();
    }
}

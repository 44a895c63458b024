using System.Text;

namespace MailFunctions.Fuzz.Requests;

/// <summary>Octets for the port, by nobody's idea of HTTP.</summary>
internal static class RawRequest
{
    private const string Alphabet = "\r\n\0 :;/?#%&=HTP1.0chunkedé\u0001";

    private static readonly string[] Begun =
    [
        "GET /api/suppressions/c4n4ry@example.com?code=c4n4ry HTTP/1.1\r\nHost: localhost\r\nx-functions-key: KEY\r\nConnection: close\r\n\r\n",
        "POST /api/emails HTTP/1.1\r\nHost: localhost\r\nx-functions-key: KEY\r\nContent-Type: application/json\r\nContent-Length: 20\r\nConnection: close\r\n\r\n{\"from\":\"c4n4ry\"}   ",
        "POST /api/emails HTTP/1.1\r\nHost: localhost\r\nx-functions-key: KEY\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n8\r\n{\"c4n4ry\r\n0\r\nX-Trailer: c4n4ry\r\n\r\n",
        "DELETE /api/templates/c4n4ry HTTP/1.1\r\nHost: c4n4ry.example.com\r\nAuthorization: Bearer c4n4ry\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "EHLO c4n4ry\r\nMAIL FROM:<c4n4ry@example.com>\r\n",
    ];

    public static byte[] Write(Random random, string key)
    {
        if (random.Chance(10))
            return random.Octets(400);
        var text = random.Pick(Begun).Replace("KEY", key, StringComparison.Ordinal);
        return Encoding.Latin1.GetBytes(random.Mutate(text, Alphabet, random.Next(1, 6)));
    }
}

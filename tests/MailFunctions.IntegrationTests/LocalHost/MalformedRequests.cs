namespace MailFunctions.IntegrationTests.LocalHost;

/// <summary>What is no HTTP, or hardly, with a word in the place that is wrong.</summary>
internal static class MalformedRequests
{
    /// <summary>Each as it goes over the wire; after each the server closes the connection.</summary>
    public static IReadOnlyList<string> Of(string word)
    {
        var url = $"/api/suppressions/{word}-ada@example.com?code={word}";
        return
        [
            // The request line.
            $"{word}\r\n\r\n",
            $"GET {word}-ada@example.com\r\n\r\n",
            $"GET {word}-ada@example.com HTTP/1.1\r\nHost: localhost\r\n\r\n",
            $"GET {url} HTTP/1.2\r\nHost: localhost\r\n\r\n",
            $"GET {url} HTTP/2.0\r\nHost: localhost\r\n\r\n",
            $"GET {url} {word}\r\nHost: localhost\r\n\r\n",
            $"GET {url} x HTTP/1.1\r\nHost: localhost\r\n\r\n",
            $"{word}@ {url} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            $"GET  {url} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            $"GET {url}\0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            $"GET /%00{word} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            $"GET /api/%zz{word} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            $"GET /api/{word}\u00e4 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            $"GET http://{word}.example.com/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
            $"CONNECT {word}.example.com HTTP/1.1\r\nHost: localhost\r\n\r\n",
            $"OPTIONS {word} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            $"GET /{new string('a', 9000)}{word} HTTP/1.1\r\nHost: localhost\r\n\r\n",
            // Headers.
            $"GET {url} HTTP/1.1\r\n\r\n",
            $"GET {url} HTTP/1.1\r\nHost: {word}@example.com\r\n\r\n",
            $"GET {url} HTTP/1.1\r\nHost: {word}.example.com\r\nConnection: close\r\n\r\n",
            $"GET {url} HTTP/1.1\r\nHost: localhost\r\nHost: {word}\r\n\r\n",
            $"GET {url} HTTP/1.1\r\nHost: localhost\r\nx-functions-key {word}\r\n\r\n",
            $"GET {url} HTTP/1.1\r\nHost: localhost\r\nx-functions-key : {word}\r\n\r\n",
            $"GET {url} HTTP/1.1\r\nHost: localhost\r\nx-functions-key: {word}\0\r\n\r\n",
            $"GET {url} HTTP/1.1\r\nHost: localhost\r\nx-functions-key: {word}\rx\r\n\r\n",
            $"GET {url} HTTP/1.1\r\nHost: localhost\r\n {word}\r\n\r\n",
            $"GET {url} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {word}{new string('a', 40_000)}\r\n\r\n",
            $"POST /api/emails HTTP/1.1\r\nHost: localhost\r\nContent-Length: {word}\r\n\r\n",
            $"POST /api/emails HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: {word}\r\n\r\n",
            $"POST /api/emails HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: {word}\r\n\r\n",
            $"POST /api/emails HTTP/1.1\r\nHost: localhost\r\nExpect: {word}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            // The body.
            $"POST /api/emails?code={word} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{word}\r\n",
            $"POST /api/emails?code={word} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}{word}\r\n",
        ];
    }
}

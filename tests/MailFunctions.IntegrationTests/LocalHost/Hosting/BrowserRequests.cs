using MailFunctions.LocalHost.Children;

namespace MailFunctions.IntegrationTests.LocalHost.Hosting;

/// <summary>What browsers, and others, send to an endpoint of this machine, and what becomes of it.</summary>
internal static class BrowserRequests
{
    private const string Refusal = "Refused: the ";
    private const string Navigation = "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document";

    /// <summary>With which the requests are sent that a setting lets in.</summary>
    public static AllowedPages Allowed { get; } = new(["tunnel.example"], ["http://localhost:3000"]);

    private static IEnumerable<Case> All =>
    [
        .. Hosts(Outcome.Passes, "127.0.0.1:{port}", "127.0.0.1", "127.0.0.1:1", "127.200.3.4", "localhost:{port}", "LocalHost", "localhost.", "localhost.:8080", "app.localhost:{port}", "127.0.0.1.", "[::1]:{port}", "[0:0:0:0:0:0:0:1]"),
        .. Hosts(Outcome.NeedsSetting, "tunnel.example", "tunnel.example:443", "Tunnel.Example."),
        .. Hosts(
            Outcome.Refused, "evil.example", "evil.example:{port}", "sub.tunnel.example", "tunnel.example.evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evillocalhost", "0.0.0.0:{port}", "[::]:{port}", "192.168.0.1",
            "127.1", "127.0.0.256", "2130706433", "0x7f000001", "127.0.0.1@evil.example", "evil.example@127.0.0.1", "127.0.0.1,evil.example", "localhost:80:80", "localhost:http", "[::1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]:{port}", ""),
        new("GET / HTTP/1.0", "", Outcome.Refused),
        new("GET / HTTP/1.1", "Host: localhost\r\nHost: evil.example", Outcome.Refused),
        new("GET http://evil.example/ HTTP/1.1", "Host: evil.example", Outcome.Refused),
        new("GET http://evil.example/ HTTP/1.1", "Host: localhost", Outcome.Refused),
        .. Origins(Outcome.Passes, "http://localhost:{port}", "https://localhost:{port}", "HTTP://LOCALHOST:{port}"),
        .. Origins(Outcome.NeedsSetting, "http://localhost:3000", "https://tunnel.example", "http://tunnel.example:8443"),
        .. Origins(
            Outcome.Refused, "null", "http://evil.example", "https://evil.example:{port}", "http://localhost:3001", "http://localhost", "http://127.0.0.1:{port}", "http://app.localhost:{port}", "file://", "chrome-extension://abcdefgh",
            "http://localhost:{port}.evil.example", "http://localhost:{port}\r\nOrigin: http://evil.example", "http://evil.example\r\nUpgrade: websocket", "null\r\nUpgrade: websocket", "http://localhost:{port}\r\nSec-Fetch-Site: cross-site"),
        .. Fetches(Outcome.Passes, "none", "same-origin", $"none\r\n{Navigation}", $"cross-site\r\n{Navigation}", $"same-site\r\n{Navigation}"),
        .. Fetches(
            Outcome.Refused, "cross-site", "same-site", "something-new", "same-origin\r\nSec-Fetch-Site: cross-site", "cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe",
            "cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: document", "cross-site\r\nSec-Fetch-Mode: navigate", "cross-site\r\nUpgrade: websocket"),
        new("POST / HTTP/1.1", $"Host: localhost\r\nContent-Length: 0\r\nSec-Fetch-Site: cross-site\r\n{Navigation}", Outcome.Refused),
        new("POST / HTTP/1.1", "Host: localhost\r\nContent-Length: 0\r\nExpect: 100-continue\r\nOrigin: http://evil.example", Outcome.Refused),
        new("OPTIONS / HTTP/1.1", "Host: localhost\r\nOrigin: http://evil.example\r\nAccess-Control-Request-Method: DELETE", Outcome.Refused),
        // What the client libraries of storage, curl and most other programs send.
        new("PUT /a HTTP/1.1", "Host: 127.0.0.1:{port}\r\nContent-Length: 0", Outcome.Passes),
        new("DELETE /a HTTP/1.1", "Host: localhost:{port}", Outcome.Passes),
    ];

    private enum Outcome
    {
        Passes,
        NeedsSetting,
        Refused,
    }

    /// <returns>The requests of which something else has become, each with what it was.</returns>
    public static async Task<string> FindWrongAsync(int port, bool isAllowed, CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        foreach (var (line, headers, outcome) in All)
        {
            var request = $"{line}\r\n{headers}\r\nConnection: close{(headers.Contains("Upgrade:", StringComparison.Ordinal) ? ", Upgrade" : "")}\r\n\r\n"
                .Replace("{port}", $"{port}", StringComparison.Ordinal);
            var answer = await RawHttp.SendAsync(port, request, cancellationToken);
            // A server may refuse by itself what no HTTP client may send. Azurite says 400 to what it does not understand.
            var isRefused = answer.Contains(Refusal, StringComparison.Ordinal)
                || (answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal) && !answer.Contains("Server: Azurite", StringComparison.Ordinal));
            if (answer.Length == 0 || isRefused != (outcome == Outcome.Refused || (outcome == Outcome.NeedsSetting && !isAllowed)))
                wrong.Add($"{request.Trim()}\n=> {answer.Split("\r\n")[0]}");
        }

        return string.Join("\n\n", wrong);
    }

    private static IEnumerable<Case> Hosts(Outcome outcome, params string[] hosts) =>
        hosts.Select(host => new Case("GET / HTTP/1.1", $"Host: {host}", outcome));

    private static IEnumerable<Case> Origins(Outcome outcome, params string[] origins) =>
        origins.Select(origin => new Case("POST /a HTTP/1.1", $"Host: localhost:{{port}}\r\nContent-Length: 0\r\nOrigin: {origin}", outcome));

    private static IEnumerable<Case> Fetches(Outcome outcome, params string[] values) =>
        values.Select(value => new Case("GET / HTTP/1.1", $"Host: localhost:{{port}}\r\nSec-Fetch-Site: {value}", outcome));

    private sealed record Case(string Line, string Headers, Outcome Outcome);
}

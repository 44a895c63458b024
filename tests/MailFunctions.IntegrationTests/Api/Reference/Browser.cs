using System.Diagnostics;
using System.Text.Json;

namespace MailFunctions.IntegrationTests.Api.Reference;

/// <summary>The system's Chromium, without a window: opens one page, and tells what became of it.</summary>
internal static class Browser
{
    /// <summary>Null where there is none. Elsewhere than on Linux it is not looked for.</summary>
    public static string? Path { get; } = ((string[])["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(File.Exists);

    /// <returns>The page as its scripts have made it, what the page asked for, and what it complained about.</returns>
    /// <param name="names">Rules of Chromium for further names, such as <c>MAP a.example 127.0.0.1</c>.</param>
    public static async Task<(string Page, IReadOnlyList<Uri> Requests, IReadOnlyList<string> Console)> OpenAsync(Uri address, CancellationToken cancellationToken, string? names = null)
    {
        var folder = Directory.CreateTempSubdirectory("mailfunctions-browser-").FullName;
        try
        {
            var log = System.IO.Path.Combine(folder, "net.json");
            var start = new ProcessStartInfo(Path!, [.. Arguments(folder, log, names), address.ToString()]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var process = Process.Start(start)!;
            using var killing = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
            var (page, said) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
            await process.WaitForExitAsync(cancellationToken);
            Assert.True(process.ExitCode == 0, $"{process.ExitCode}: {await said}");
            return (await page, Requests(await File.ReadAllBytesAsync(log, cancellationToken), address), [.. (await said).Split('\n').Where(line => line.Contains("CONSOLE", StringComparison.Ordinal))]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>No name but this machine's is looked up, not for the browser's own errands either. The page has 20 s of its own time.</summary>
    private static string[] Arguments(string folder, string log, string? names) =>
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        $"--host-resolver-rules={(names is null ? "" : $"{names}, ")}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", $"--user-data-dir={folder}", $"--log-net-log={log}", "--enable-logging=stderr",
        "--virtual-time-budget=20000", "--dump-dom",
    ];

    /// <summary>What has this page for its initiator: the browser asks for things of its own, too.</summary>
    private static IReadOnlyList<Uri> Requests(byte[] log, Uri page)
    {
        var origin = page.GetLeftPart(UriPartial.Authority);
        return
        [
            .. JsonElement.Parse(log).GetProperty("events").EnumerateArray()
                .Where(one => one.TryGetProperty("params", out var values) && values.TryGetProperty("url", out _) && values.TryGetProperty("initiator", out var initiator) && initiator.GetString() == origin)
                .Select(one => new Uri(one.GetProperty("params").GetProperty("url").GetString()!)),
        ];
    }
}

using System.Diagnostics;
using System.Text.Json;
using MailFunctions.IntegrationTests.Fixtures;

namespace MailFunctions.IntegrationTests.Smtp.Signing;

/// <summary>Another implementation of DKIM, Debian's package python3-dkim, run by verify.py.</summary>
internal static class PythonDkim
{
    /// <summary>The system's own, which the package belongs to; another on the path does not know it.</summary>
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<string?> Obstacle = new(() =>
        !OperatingSystem.IsLinux() ? "python3-dkim is run on Linux alone."
        : File.Exists(Python) && Run(["-c", "import dkim, nacl"]).ExitCode == 0 ? null
        : "The verifier is missing: Debian's package python3-dkim.");

    /// <summary>To be called first by each test.</summary>
    public static void Require() => Assert.SkipWhen(Obstacle.Value is not null, Obstacle.Value ?? "");

    /// <param name="records">The TXT records of the keys, by name.</param>
    /// <returns>For each mail its signatures, the one on top first, such as <c>rsa-sha256: True</c>.</returns>
    public static IReadOnlyList<IReadOnlyList<string>> Verify(IReadOnlyDictionary<string, string> records, params IEnumerable<ReadOnlyMemory<byte>> mails)
    {
        var request = JsonSerializer.Serialize(new { records, mails = mails.Select(mail => Convert.ToBase64String(mail.Span)) });
        var (exitCode, output, error) = Run([Path.Combine(AppContext.BaseDirectory, "Smtp", "Signing", "verify.py")], request);
        Assert.True(exitCode == 0, error);
        return [.. JsonElement.Parse(output).EnumerateArray().Select(mail => (string[])[.. mail.EnumerateArray().Select(signature => $"{signature[0]}: {signature[1]}")])];
    }

    private static (int ExitCode, string Output, string Error) Run(string[] arguments, string input = "")
    {
        using var python = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (python.StandardOutput.ReadToEndAsync(), python.StandardError.ReadToEndAsync());
        python.StandardInput.Write(input);
        python.StandardInput.Close();
        if (!python.WaitForExit(Hang.After))
            python.Kill();
        return (python.ExitCode, output.Result, error.Result);
    }
}

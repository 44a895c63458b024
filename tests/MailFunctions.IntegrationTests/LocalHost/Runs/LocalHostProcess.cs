using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using MailFunctions.IntegrationTests.Fixtures;

namespace MailFunctions.IntegrationTests.LocalHost.Runs;

/// <summary>The local host as a process of its own, as a person at a console starts it.</summary>
internal sealed class LocalHostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private LocalHostProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(_error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => Read(_output);

    public string Error => Read(_error).Trim();

    /// <summary>Resident bytes: now, and the most that there ever were.</summary>
    public (long Now, long Most) Memory
    {
        get
        {
            _process.Refresh();
            return (_process.WorkingSet64, _process.PeakWorkingSet64);
        }
    }

    public bool HasExited => _process.HasExited;

    /// <param name="folder">Where the program lies; null for the output folder of the tests.</param>
    /// <param name="path">The search path for programs; null for that of the tests.</param>
    public static LocalHostProcess Start(IEnumerable<string> arguments, string? folder = null, string? path = null)
    {
        string[] command = [DotNet(), Path.Combine(folder ?? AppContext.BaseDirectory, "MailFunctions.LocalHost.dll"), .. arguments];
        // Whoever runs the tests with SIGINT ignored, as a plain shell does in the background, would hand that down.
        if (OperatingSystem.IsLinux())
            command = ["/usr/bin/env", "--default-signal=INT", .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (path is not null)
            start.Environment["PATH"] = path;
        return new LocalHostProcess(Process.Start(start)!);
    }

    /// <returns>The address of the functions.</returns>
    public async Task<Uri> StartedAsync()
    {
        await ShowsAsync("MailFunctions runs on this machine.");
        await ShowsAsync("POST http://");
        var line = Output.Split('\n').First(line => line.Contains("POST http://", StringComparison.Ordinal));
        return new Uri(line[line.IndexOf("http://", StringComparison.Ordinal)..].Trim().Replace("emails", "", StringComparison.Ordinal));
    }

    /// <summary>Waits until it shows the text, which it must not end without.</summary>
    public async Task ShowsAsync(string text)
    {
        await Eventually.NothingIsMissingAsync(
            () => Task.FromResult(Output.Contains(text, StringComparison.Ordinal) || HasExited ? null : $"'{text}' is not shown."),
            () => Task.FromResult($"{Output}\n{Error}"));
        Assert.True(Output.Contains(text, StringComparison.Ordinal), $"It ended without '{text}':\n{Output}\n{Error}");
    }

    /// <summary>SIGTERM, as a service manager sends it.</summary>
    public Task TerminateAsync() => Signals.SendAsync("TERM", _process.Id);

    /// <summary>SIGINT, as Ctrl-C sends it.</summary>
    public Task InterruptAsync() => Signals.SendAsync("INT", _process.Id);

    /// <summary>SIGKILL: it can do nothing about it.</summary>
    public void Kill() => _process.Kill();

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>The dotnet that runs the tests, whatever the search path says.</summary>
    private static string DotNet() => Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private static void Keep(StringBuilder lines, string? line)
    {
        lock (lines)
            lines.AppendLine(line);
    }

    private static string Read(StringBuilder lines)
    {
        lock (lines)
            return lines.ToString();
    }
}

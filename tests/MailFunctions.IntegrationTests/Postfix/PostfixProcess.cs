using System.Diagnostics;
using System.Text;
using MailFunctions.IntegrationTests.Fixtures;

namespace MailFunctions.IntegrationTests.Postfix;

/// <summary>A Postfix of its own, run by postfix.sh as root. It ends with the test process, also when that is killed.</summary>
internal sealed class PostfixProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = Hang.After;
    private static readonly string[] Programs = ["/usr/sbin/postfix", "/usr/sbin/saslpasswd2"];

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private PostfixProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
                _errors.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
    }

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? Obstacle()
    {
        if (!OperatingSystem.IsLinux())
            return "Postfix is run on Linux alone.";
        if (!Array.TrueForAll(Programs, File.Exists) || !Directory.EnumerateDirectories("/usr/lib").Any(folder => File.Exists(Path.Combine(folder, "sasl2", "libplain.so"))))
            return "Postfix with SASL is missing: Debian's packages postfix, sasl2-bin and libsasl2-modules.";
        return Environment.IsPrivilegedProcess || MayUseSudo() ? null : "Postfix has to be started by root, and 'sudo -n true' asks for a password.";
    }

    /// <summary>Makes it ready to be started.</summary>
    public static async Task<PostfixProcess> PrepareAsync(PostfixSettings settings)
    {
        string[] command = ["sh", PostfixSettings.Script, settings.Folder, PostfixSettings.User, PostfixSettings.Realm, settings.Password];
        command = Environment.IsPrivilegedProcess ? command : ["sudo", "-n", .. command];
        var process = new PostfixProcess(Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);
        await process.AnswersAsync("prepare");
        return process;
    }

    /// <returns>When it listens.</returns>
    public Task StartAsync() => CommandAsync("start");

    /// <returns>When no connection and no process of it is left.</returns>
    public Task StopAsync() => CommandAsync("stop");

    /// <summary>Stops it and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
    }

    private async Task CommandAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
        await AnswersAsync(command);
    }

    private async Task AnswersAsync(string command)
    {
        var answer = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        if (answer == $"{command} 0")
            return;
        lock (_errors)
            Assert.Fail($"Postfix, told to {command}, answers '{answer}':\n{_errors}");
    }

    private static bool MayUseSudo()
    {
        try
        {
            using var sudo = Process.Start(new ProcessStartInfo("sudo", ["-n", "true"]) { RedirectStandardError = true })!;
            sudo.WaitForExit();
            return sudo.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

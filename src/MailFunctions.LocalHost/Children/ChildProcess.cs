using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MailFunctions.LocalHost.Children;

/// <summary>A running child that this process may stop.</summary>
/// <remarks>It is no direct child of this process: it runs in a session of its own, so that Ctrl-C reaches this process alone.</remarks>
internal sealed class ChildProcess(ChildCommand command, int processId)
{
    /// <summary>The time that it may take to end before the console shows what it is doing.</summary>
    private static readonly TimeSpan Unmentioned = TimeSpan.FromSeconds(2);

    /// <summary>The time for the system to end a killed process; a process in a system call ends after it.</summary>
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>Tells it from a later process with the same number. Null when it had ended before it was looked up.</summary>
    private readonly ProcessIdentity? _identity = ProcessIdentity.Find(processId);

    public int Id => processId;

    public ChildCommand Command => command;

    public bool HasExited => _identity is null || !_identity.IsStillRunning();

    public static async Task<ChildProcess> LaunchAsync(ChildCommand command, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(command.RunFolder);
        var launch = new ProcessStartInfo(
            NodeRuntime.Executable,
            [Path.Combine(ToolInstallation.SourceFolder, "launch.cjs"), command.LogFile, command.Script, .. command.Arguments])
        {
            WorkingDirectory = command.RunFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
        };
        launch.Environment["MAILFUNCTIONS_CHILD"] = Path.Combine(command.RunFolder, command.Name);
        launch.Environment["MAILFUNCTIONS_PARENT"] = command.EndsWithParent
            ? Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            : null;

        foreach (var (name, value) in command.Environment)
            launch.Environment[name] = value;

        using var launcher = Process.Start(launch)!;
        var output = await launcher.StandardOutput.ReadLineAsync(cancellationToken);
        var error = await launcher.StandardError.ReadToEndAsync(cancellationToken);
        await launcher.WaitForExitAsync(cancellationToken);
        return int.TryParse(output, CultureInfo.InvariantCulture, out var id)
            ? new ChildProcess(command, id)
            : throw new CannotStartException($"{command.Name} could not be started: {error.Trim()}.");
    }

    /// <summary>
    /// Asks the child to end, and waits for as long as it saves its data: the time depends on the amount and on the load
    /// of the machine. The child itself ends once it has nothing left to write (tools/lifeline.cjs). Only the user at the
    /// console can end the wait, with another Ctrl-C: then it is killed with all that it started.
    /// </summary>
    public async Task StopAsync(Ending? ending = null)
    {
        if (HasExited)
            return;

        ending ??= Ending.Unattended;
        await File.WriteAllTextAsync(command.StopFile(processId), "");
        if (!await HasExitedWithinAsync(Unmentioned))
        {
            var interrupt = ending.NextInterrupt();
            await ending.Console.WriteLineAsync($"{command.Title} is still saving; Ctrl-C now kills it, and what it has not saved is lost.");
            await HasExitedWithinAsync(Timeout.InfiniteTimeSpan, interrupt);
        }

        if (!HasExited)
        {
            Kill();
            await HasExitedWithinAsync(KillTime);
            await ending.Console.WriteLineAsync($"{command.Title} was killed while it saved.");
        }

        File.Delete(command.StopFile(processId));
    }

    /// <summary>Returns the last line of its output, for a sentence about why it ended.</summary>
    public async Task<string> LastWordsAsync() =>
        (await ReadLogAsync()).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "it said nothing";

    /// <summary>Returns all its output until now. The child still writes, so the file is opened shared.</summary>
    public async Task<string> ReadLogAsync()
    {
        await using var log = new FileStream(command.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync();
    }

    private async Task<bool> HasExitedWithinAsync(TimeSpan time, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(time);
        while (!HasExited)
        {
            if (patience.IsCancellationRequested)
                return false;
            await Task.Delay(LookAgain, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return true;
    }

    private void Kill()
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It ended between two checks.
        }
    }
}

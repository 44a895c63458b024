using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MailFunctions.LocalHost.Children;

/// <summary>A running child that we may end.</summary>
/// <remarks>It is no direct child of ours: it lives in a session of its own, so that Ctrl-C reaches us alone.</remarks>
internal sealed class ChildProcess(ChildCommand command, int processId)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    public int Id => processId;

    public ChildCommand Command => command;

    public bool HasExited => !ProcessIdentity.IsAlive(processId);

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

        using var launcher = Process.Start(launch)!;
        var output = await launcher.StandardOutput.ReadLineAsync(cancellationToken);
        var error = await launcher.StandardError.ReadToEndAsync(cancellationToken);
        await launcher.WaitForExitAsync(cancellationToken);
        return int.TryParse(output, CultureInfo.InvariantCulture, out var id)
            ? new ChildProcess(command, id)
            : throw new CannotStartException($"{command.Name} could not be started: {error.Trim()}.");
    }

    /// <summary>Asks it to end, so that it saves what it holds; kills it and what it started when it does not within ten seconds.</summary>
    public async Task StopAsync()
    {
        if (HasExited)
            return;

        await File.WriteAllTextAsync(command.StopFile(processId), "");
        var asked = Stopwatch.GetTimestamp();
        while (!HasExited && Stopwatch.GetElapsedTime(asked) < Patience)
            await Task.Delay(LookAgain);
        if (!HasExited)
            Kill();
        File.Delete(command.StopFile(processId));
    }

    /// <summary>The last line it wrote, for a sentence about why it ended.</summary>
    public async Task<string> LastWordsAsync() =>
        (await ReadLogAsync()).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "it said nothing";

    /// <summary>All it wrote until now. It still writes, so the file is shared.</summary>
    public async Task<string> ReadLogAsync()
    {
        await using var log = new FileStream(command.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(log);
        return await reader.ReadToEndAsync();
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
            // It ended between two looks.
        }
    }
}

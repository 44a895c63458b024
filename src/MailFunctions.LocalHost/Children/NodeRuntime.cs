using System.ComponentModel;
using System.Diagnostics;

namespace MailFunctions.LocalHost.Children;

/// <summary>The Node.js of this machine, found on the path; 20 or later, because Azurite and the inbox require it.</summary>
internal static class NodeRuntime
{
    private const int OldestMajor = 20;

    public const string Executable = "node";

    /// <summary>The name of npm. On Windows npm is a script, and only its full name starts it.</summary>
    public static string NpmExecutable => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    /// <exception cref="CannotStartException">Node is missing or too old.</exception>
    public static async Task RequireAsync(CancellationToken cancellationToken) =>
        RequireVersion(await ReadVersionAsync(Executable, cancellationToken));

    internal static void RequireVersion(string? version)
    {
        if (version is null)
        {
            throw new CannotStartException(
                $"Node.js {OldestMajor} or later is needed to run Azurite and the local inbox, and no 'node' was found on the path.");
        }

        var major = version.TrimStart('v').Split('.')[0];
        if (!int.TryParse(major, out var number) || number < OldestMajor)
        {
            throw new CannotStartException(
                $"Node.js {OldestMajor} or later is needed to run Azurite and the local inbox, and the 'node' on the path is {version}.");
        }
    }

    internal static async Task<string?> ReadVersionAsync(string executable, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(executable, ["--version"])
            {
                RedirectStandardOutput = true,
                CreateNoWindow = true,
            })!;
            var version = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return version.Trim();
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}

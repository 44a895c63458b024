using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;

namespace MailFunctions.LocalHost.Children;

/// <summary>
/// Installs the pinned npm packages, in a folder named by the hash of their lock file. They are installed on first use
/// beside that folder and renamed into place, so an incomplete folder of a killed run is never taken for a complete one,
/// and of two starts at once one wins and the other uses its result.
/// </summary>
/// <param name="source">The folder with the package definitions.</param>
internal sealed class ToolInstallation(string root, string source, TextWriter console, TimeProvider clock)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);
    private static readonly string[] Manifest = ["package.json", "package-lock.json", ".npmrc"];

    public ToolInstallation(string root, TextWriter console, TimeProvider clock)
        : this(root, SourceFolder, console, clock)
    {
    }

    /// <summary>The folder of package definitions and launch scripts in the output folder.</summary>
    public static string SourceFolder => Path.Combine(AppContext.BaseDirectory, "tools");

    /// <returns>The folder that holds node_modules.</returns>
    /// <exception cref="CannotStartException">Node is missing or too old, or npm failed.</exception>
    public async Task<string> EnsureAsync(CancellationToken cancellationToken)
    {
        await NodeRuntime.RequireAsync(cancellationToken);

        var lockFile = await File.ReadAllBytesAsync(Path.Combine(source, "package-lock.json"), cancellationToken);
        var target = Path.Combine(root, Convert.ToHexStringLower(SHA256.HashData(lockFile))[..16]);
        if (Directory.Exists(target))
            return target;

        RemoveAbandoned();
        var draft = $"{target}.{Path.GetRandomFileName()}.tmp";
        Directory.CreateDirectory(draft);
        foreach (var name in Manifest)
            File.Copy(Path.Combine(source, name), Path.Combine(draft, name));

        try
        {
            await InstallAsync(draft, cancellationToken);
            return MoveIntoPlace(draft, target);
        }
        catch
        {
            Remove(draft);
            throw;
        }
    }

    private static string MoveIntoPlace(string draft, string target)
    {
        try
        {
            Directory.Move(draft, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            Directory.Delete(draft, recursive: true);
        }

        return target;
    }

    private async Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        await console.WriteLineAsync($"Installing Azurite and the local inbox with npm into {root} (first use only) ...");
        var log = Path.Combine(root, "npm-install.log");
        var lines = new NpmOutput(log);
        var started = clock.GetTimestamp();

        using var process = StartNpm(folder);
        var output = Task.WhenAll(
            lines.CopyAsync(process.StandardOutput, cancellationToken),
            lines.CopyAsync(process.StandardError, cancellationToken));
        try
        {
            while (await Task.WhenAny(output, Task.Delay(ProgressInterval, clock, cancellationToken)) != output)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await console.WriteLineAsync($"  {lines.Packages} packages fetched after {clock.GetElapsedTime(started).TotalSeconds:0} s");
            }

            await output;
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        // Ctrl-C in a terminal reaches npm as well: then npm has not failed.
        cancellationToken.ThrowIfCancellationRequested();
        if (process.ExitCode != 0)
        {
            await lines.SaveAsync(CancellationToken.None);
            throw new CannotStartException($"npm could not install Azurite and the local inbox: {lines.Last} (the whole output is in {log}).");
        }

        await console.WriteLineAsync($"  done after {clock.GetElapsedTime(started).TotalSeconds:0} s");
    }

    private static Process StartNpm(string folder)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(
                NodeRuntime.NpmExecutable,
                // No package in the lock file has an install script; one that is added later must not run unnoticed.
                ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--no-update-notifier", "--loglevel=http"])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                CreateNoWindow = true,
            })!;
        }
        catch (Win32Exception)
        {
            throw new CannotStartException("npm is needed to install Azurite and the local inbox, and was not found on the path beside Node.js.");
        }
    }

    private void RemoveAbandoned()
    {
        Directory.CreateDirectory(root);
        foreach (var folder in Directory.EnumerateDirectories(root, "*.tmp"))
        {
            if (clock.GetUtcNow().UtcDateTime - Directory.GetLastWriteTimeUtc(folder) >= Abandoned)
                Remove(folder);
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another start removes it at this moment, or its files are still open: a later start tries again.
        }
    }
}

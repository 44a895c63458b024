using System.Diagnostics;
using System.Runtime.InteropServices;
using MailFunctions.Tests.Docs;

namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>
/// The function app as it is deployed, in the folder artifacts/app: published by <c>.ci/run</c>, and here when it is not
/// there or a source is newer.
/// </summary>
internal static class PublishedApp
{
    /// <summary>Why tests that start it are skipped elsewhere.</summary>
    public const string OnlyOnLinux = "It is published for Linux on x86-64.";

    private const string Folder = "artifacts/app";

    private static readonly string[] Sources =
    [
        "Directory.Build.props", "Directory.Packages.props", "host.json",
        "src/MailFunctions", "src/MailFunctions.App", "src/MailFunctions.Contracts", "src/MailFunctions.Exporters", "src/MailFunctions.Triggers",
    ];

    private static readonly Lazy<Task<string>> Package = new(EnsureAsync);

    public static bool RunsHere => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <returns>The path of its folder.</returns>
    public static Task<string> FolderAsync() => Package.Value;

    private static async Task<string> EnsureAsync()
    {
        var folder = RepositoryFile.PathOf(Folder);
        var published = Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Select(File.GetLastWriteTimeUtc).DefaultIfEmpty().Max() : default;
        if (Sources.SelectMany(Entries).Select(File.GetLastWriteTimeUtc).Any(time => time > published))
            await PublishAsync(folder);
        return folder;
    }

    /// <summary>Files, and folders, whose time tells of one that was deleted; without what a build has made.</summary>
    private static IEnumerable<string> Entries(string source)
    {
        var path = RepositoryFile.PathOf(source);
        if (!Directory.Exists(path))
            return [path];
        return new DirectoryInfo(path).EnumerateFileSystemInfos()
            .Where(entry => entry.Name is not ("bin" or "obj" or "packages.lock.json"))
            .SelectMany(entry => entry is DirectoryInfo folder ? folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Prepend(folder) : [entry])
            .Select(entry => entry.FullName);
    }

    private static async Task PublishAsync(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        var start = new ProcessStartInfo("dotnet", ["publish", RepositoryFile.PathOf("src/MailFunctions.App"), "-c", "Release", "-p:RunAnalyzers=false", "-o", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // No server of the compiler or of MSBuild stays behind.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        using var publishing = Process.Start(start)!;
        var said = await Task.WhenAll(publishing.StandardOutput.ReadToEndAsync(), publishing.StandardError.ReadToEndAsync());
        await publishing.WaitForExitAsync();
        Assert.True(publishing.ExitCode == 0, $"dotnet publish ended with exit code {publishing.ExitCode}:\n{string.Join('\n', said)}");
    }
}

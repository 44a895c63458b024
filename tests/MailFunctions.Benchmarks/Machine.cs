using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using MailFunctions.LocalHost.Children;

namespace MailFunctions.Benchmarks;

/// <summary>What a figure was measured on: without it the figure says nothing.</summary>
internal static class Machine
{
    public static string Describe()
    {
        using var package = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(ToolInstallation.SourceFolder, "package.json")));
        var azurite = package.RootElement.GetProperty("dependencies").GetProperty("azurite").GetString();
        return $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores ({RuntimeInformation.OSArchitecture}), "
            + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription} ({Build}), Azurite {azurite} in memory";
    }

    /// <summary>The load average of the last minute: what else this machine does. Null where the system tells none.</summary>
    public static double? Load() =>
        File.Exists("/proc/loadavg") ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : null;

#if DEBUG
    private const string Build = "Debug";
#else
    private const string Build = "Release";
#endif
}

using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Children;

namespace MailFunctions.Benchmarks;

/// <summary>What a Node.js developer would use, pinned in <c>node/package-lock.json</c> and installed on first use.</summary>
internal static class NodePackages
{
    public static string Scripts => Path.Combine(AppContext.BaseDirectory, "node");

    /// <returns>The folder node_modules.</returns>
    /// <exception cref="CannotStartException">Node.js is missing or too old, or npm failed.</exception>
    public static async Task<string> EnsureAsync(CancellationToken cancellationToken)
    {
        var tools = new ToolInstallation(LocalFolders.Tools, Scripts, TextWriter.Null, TimeProvider.System);
        return Path.Combine(await tools.EnsureAsync(cancellationToken), "node_modules");
    }
}

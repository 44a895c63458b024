using System.Diagnostics;
using System.Globalization;

namespace MailFunctions.IntegrationTests.LocalHost.Runs;

/// <summary>Signals to other processes, where the system has them.</summary>
internal static class Signals
{
    /// <param name="name">Without SIG.</param>
    public static async Task SendAsync(string name, int processId)
    {
        using var kill = Process.Start("kill", [$"-{name}", processId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}

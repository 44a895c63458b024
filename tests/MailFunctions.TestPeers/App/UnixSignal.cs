using System.ComponentModel;
using System.Runtime.InteropServices;

namespace MailFunctions.TestPeers.App;

internal static class UnixSignal
{
    private const int SigTerm = 15;
    private const int NoSuchProcess = 3;

    /// <summary>A process that has just ended is no error.</summary>
    public static void Terminate(int processId)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Windows knows no SIGTERM.");
        if (Kill(processId, SigTerm) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and var error)
            throw new Win32Exception(error);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}

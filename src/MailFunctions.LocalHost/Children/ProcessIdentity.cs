using System.ComponentModel;
using System.Diagnostics;

namespace MailFunctions.LocalHost.Children;

/// <summary>The identity of a process; the second in which it started distinguishes it from a later one with the same number.</summary>
internal sealed record ProcessIdentity(int Id, long StartedAt)
{
    public static ProcessIdentity Current
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return new ProcessIdentity(process.Id, SecondsOf(process));
        }
    }

    public static bool IsAlive(int id) => Find(id) is not null;

    public static ProcessIdentity? Find(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited || IsZombie(id) ? null : new ProcessIdentity(id, SecondsOf(process));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    /// <summary>
    /// Says whether it still runs. Start times are computed from the machine's boot time, which two
    /// readings may round differently.
    /// </summary>
    public bool IsStillRunning() => Find(Id) is { } now && Math.Abs(now.StartedAt - StartedAt) <= 2;

    /// <summary>
    /// The process has ended, and its parent has not read its exit status: the first process of some
    /// containers is slow to do so.
    /// </summary>
    private static bool IsZombie(int id)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            // The state follows the name, which is in parentheses and may contain any character (proc(5)).
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].StartsWith('Z');
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static long SecondsOf(Process process) => new DateTimeOffset(process.StartTime).ToUnixTimeSeconds();
}

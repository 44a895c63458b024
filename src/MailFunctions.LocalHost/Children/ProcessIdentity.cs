using System.ComponentModel;
using System.Diagnostics;

namespace MailFunctions.LocalHost.Children;

/// <summary>A process that is told from a later one with the same number by the second in which it started.</summary>
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

    /// <summary>Start times are computed from the machine's boot time, which two readings may round differently.</summary>
    public bool IsStillRunning() => Find(Id) is { } now && Math.Abs(now.StartedAt - StartedAt) <= 2;

    /// <summary>It has ended, and its parent has not asked how: the first process of some containers takes its time.</summary>
    private static bool IsZombie(int id)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            // The state follows the name, which stands in parentheses and may hold any character (proc(5)).
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

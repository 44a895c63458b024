using System.Globalization;

namespace MailFunctions.Tests;

/// <summary>
/// What the current thread has allocated and computed since this was made: other tests may run beside it, and a busy machine
/// changes nothing. For work that stays on one thread.
/// </summary>
internal sealed class ThreadCost
{
    /// <summary>USER_HZ, in which Linux states times of processes and threads (proc(5), time(7)).</summary>
    private const int TicksPerSecond = 100;

    private readonly long _bytes = GC.GetAllocatedBytesForCurrentThread();
    private readonly TimeSpan _time = ProcessorTime();

    /// <summary>Bytes.</summary>
    public long Allocated => GC.GetAllocatedBytesForCurrentThread() - _bytes;

    /// <summary>Processor time, to 10 ms. Elsewhere than on Linux, that of the process.</summary>
    public TimeSpan Computed => ProcessorTime() - _time;

    private static TimeSpan ProcessorTime()
    {
        if (!OperatingSystem.IsLinux())
            return Environment.CpuUsage.TotalTime;
        // The name in brackets may hold spaces; behind it, utime and stime are the 12th and 13th.
        var stat = File.ReadAllText("/proc/thread-self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds(fields[11..13].Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond);
    }
}

using System.Diagnostics;

namespace MailFunctions.Benchmarks.Whole;

internal static class ProcessFigures
{
    /// <summary>User and system, of all threads; in steps of 10 ms on Linux.</summary>
    public static TimeSpan Cpu(this Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }

    /// <summary>Bytes in physical memory.</summary>
    public static long Memory(this Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }
}

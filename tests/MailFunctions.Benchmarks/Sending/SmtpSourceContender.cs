using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace MailFunctions.Benchmarks.Sending;

/// <summary>
/// Postfix's own load generator, written in C, with content made once and connections used again: what the machine and
/// the sink can do, not what a mailer does.
/// </summary>
internal sealed partial class SmtpSourceContender : IContender
{
    private const string Program = "/usr/sbin/smtp-source";
    private const int Children = -1;

    public static bool IsInstalled => File.Exists(Program);

    public string Name => "smtp-source";

    public async Task<SendRun> RunAsync(SendJob job, CancellationToken cancellationToken)
    {
        var cpu = ChildrenTime();
        var began = TimeProvider.System.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(
            Program,
            ["-d", "-s", Text(job.Connections), "-m", Text(job.Mails), "-l", Text(SampleMail.Bytes), "-f", SampleMail.Sender, "-t", "ada@example.com", $"127.0.0.1:{Text(job.Port)}"])
        { CreateNoWindow = true })!;
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }

        return process.ExitCode == 0
            ? new SendRun(TimeProvider.System.GetElapsedTime(began).TotalSeconds, ChildrenTime() - cpu)
            : throw new InvalidOperationException($"smtp-source ended with exit code {process.ExitCode}.");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Processor seconds of all children that have ended: this one's, when no other ended in between.</summary>
    private static double ChildrenTime()
    {
        // struct rusage begins with two struct timeval, user and system; on Linux x64 and arm64 it has 18 longs in all.
        Span<long> usage = stackalloc long[18];
        if (GetResourceUsage(Children, ref usage[0]) != 0)
            throw new InvalidOperationException("getrusage failed.");
        return usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6);
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetResourceUsage(int who, ref long usage);
}

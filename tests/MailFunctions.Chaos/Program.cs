using System.Runtime.InteropServices;
using MailFunctions.Chaos;

// Ctrl-C and SIGTERM end it, and with it the processes that it started; the rounds that are over are reported.
using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    var switches = Switches.Parse(args);
    if (switches is null)
    {
        Console.WriteLine(Switches.HelpText);
        return 0;
    }

    var report = await ChaosRun.RunAsync(switches.Plan, Console.WriteLine, stop.Token);
    Console.WriteLine();
    Console.WriteLine(report.ToMarkdown());
    if (switches.ReportFile is { } file)
        await ReportFile.ReplaceAsync(file, report, args, CancellationToken.None);
    return report.Broken.Count == 0 ? 0 : 1;
}
catch (Exception exception) when (exception is ArgumentException or TimeoutException or OperationCanceledException)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

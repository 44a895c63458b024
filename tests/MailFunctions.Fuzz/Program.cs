using System.Runtime.InteropServices;
using MailFunctions.Fuzz;

// Ctrl-C and SIGTERM end it, and with it the processes that it started.
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

    var isClean = true;
    foreach (var target in switches.Targets)
        isClean &= await FuzzRun.RunAsync(target, switches, Console.Out, stop.Token);
    return isClean ? 0 : 1;
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

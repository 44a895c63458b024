using System.Runtime.InteropServices;

namespace MailFunctions.LocalHost;

/// <summary>Turns Ctrl-C, SIGTERM and the end of the terminal into one request to stop, also before the host runs.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations;
    private readonly CancellationTokenSource _interrupt = new();
    private volatile bool _interruptCounts;

    public StopSignals() => _registrations =
        [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Stop))];

    public CancellationToken Token => _stop.Token;

    /// <summary>
    /// Returns a token for the next Ctrl-C from now on. No other signal counts: the end of a terminal brings several, and
    /// a service manager that has waited for long enough kills the process itself.
    /// </summary>
    public CancellationToken NextInterrupt()
    {
        _interruptCounts = true;
        return _interrupt.Token;
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
        _interrupt.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _stop.Cancel();
        if (context.Signal == PosixSignal.SIGINT && _interruptCounts)
            _interrupt.Cancel();
    }
}

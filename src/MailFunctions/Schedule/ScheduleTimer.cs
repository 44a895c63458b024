namespace MailFunctions.Schedule;

/// <summary>The Dispatch timer: moves due mail to its lane, then looks after what stands still.</summary>
public sealed class ScheduleTimer
{
    private readonly Dispatcher _dispatcher;
    private readonly Backstop _backstop;

    internal ScheduleTimer(Dispatcher dispatcher, Backstop backstop) => (_dispatcher, _backstop) = (dispatcher, backstop);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _dispatcher.RunAsync(cancellationToken);
        await _backstop.RunAsync(cancellationToken);
    }
}

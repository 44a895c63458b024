namespace MailFunctions.Schedule;

/// <summary>The Dispatch timer: moves due mail to its lane, then looks after what stands still.</summary>
public sealed class ScheduleTimer
{
    private readonly Dispatcher _dispatcher;
    private readonly SecondLook _secondLook;
    private readonly Backstop _backstop;

    internal ScheduleTimer(Dispatcher dispatcher, SecondLook secondLook, Backstop backstop) =>
        (_dispatcher, _secondLook, _backstop) = (dispatcher, secondLook, backstop);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _dispatcher.RunAsync(cancellationToken);
        await _secondLook.RunAsync(cancellationToken);
        await _backstop.RunAsync(cancellationToken);
    }
}

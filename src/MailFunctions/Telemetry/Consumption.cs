using System.Diagnostics;

namespace MailFunctions.Telemetry;

/// <summary>Records span and duration of the work on one queue message.</summary>
internal sealed class Consumption(MailTraces traces, MailMeters meters, TimeProvider clock)
{
    /// <param name="work">Receives the span, which is null if there is none.</param>
    /// <remarks>Throws what the work throws.</remarks>
    public async Task RunAsync(ConsumedMessage message, Func<Activity?, Task> work)
    {
        var started = clock.GetTimestamp();
        using var span = traces.Process(message.Queue, message.Id, message.Tries, message.Emails, message.Trace);
        Exception? failure = null;
        try
        {
            await work(span);
        }
        catch (Exception exception)
        {
            span.Failed(exception);
            failure = exception;
            throw;
        }
        finally
        {
            meters.Processed(message.Queue, clock.GetElapsedTime(started), failure);
        }
    }
}

/// <param name="Id">The queue's id of the message.</param>
/// <param name="Tries">The dequeue count, from 1.</param>
/// <param name="Emails">The number of emails it names.</param>
/// <param name="Trace">The traceparent that it carries.</param>
internal readonly record struct ConsumedMessage(string Queue, string Id, long Tries, int Emails, string? Trace);

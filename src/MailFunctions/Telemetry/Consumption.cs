using System.Diagnostics;

namespace MailFunctions.Telemetry;

/// <summary>Span and duration of the work on one queue message.</summary>
internal sealed class Consumption(MailTraces traces, MailMeters meters, TimeProvider clock)
{
    /// <param name="work">Gets the span, which is null when there is none.</param>
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

/// <param name="Id">The queue's name of it.</param>
/// <param name="Tries">How often it has been taken, from 1.</param>
/// <param name="Emails">How many it names.</param>
/// <param name="Trace">The traceparent that it carries.</param>
internal readonly record struct ConsumedMessage(string Queue, string Id, long Tries, int Emails, string? Trace);

using System.Diagnostics;
using MailFunctions.Mail;

namespace MailFunctions.Telemetry;

/// <summary>
/// Starts the spans of a mail's way. Each method returns null if there is no listener or the trace is not sampled; code that
/// uses a span accepts null.
/// </summary>
internal sealed class MailTraces : IDisposable
{
    /// <summary>A limit below the SDK's own of 128 links, beyond which it cuts links off.</summary>
    private const int MaxLinks = 100;

    /// <summary>One source per host, so that two hosts in one process can be distinguished.</summary>
    public ActivitySource Source { get; } = new(TelemetryNames.Source);

    /// <summary>The traceparent for a mail accepted now, sampled or not; null if there is no listener.</summary>
    public string? Current => Source.HasListeners() && Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { Length: TraceContext.Length } id } ? id : null;

    /// <summary>Runs the accept of mails, one or many, in a span.</summary>
    /// <param name="queues">The queue of each mail.</param>
    /// <param name="accept">
    /// Receives the span, null if there is none. The type of an exception is recorded, and the exception rethrown.
    /// </param>
    public async Task<T> AcceptAsync<T>(IReadOnlyCollection<string> queues, Func<Activity?, Task<T>> accept)
    {
        var only = queues.Distinct().Take(2).ToArray() is [var one] ? one : null;
        using var span = Message(SpanNames.Accept, only, ActivityKind.Producer, "send", default)?.SetTag(AttributeNames.Emails, queues.Count);
        try
        {
            return await accept(span);
        }
        catch (Exception exception)
        {
            span.Failed(exception);
            throw;
        }
    }

    /// <summary>
    /// Starts the span of the work on one queue message: in the accept's trace if the message names one mail, which makes POST
    /// and delivery one tree; in a trace of its own, with links, if it names several (<see cref="Link"/>).
    /// </summary>
    /// <param name="id">The queue's id of the message.</param>
    /// <param name="tries">The dequeue count, from 1.</param>
    /// <param name="emails">The number of emails it names.</param>
    /// <param name="traceparent">The traceparent of the message; null if it has none.</param>
    public Activity? Process(string queue, string id, long tries, int emails, string? traceparent)
    {
        var from = TraceContext.Parse(traceparent);
        var ambient = Activity.Current?.Context;
        var activity = Message(SpanNames.Process, queue, ActivityKind.Consumer, "process", emails == 1 && from is { } parent ? parent : default);
        activity?
            .SetTag(AttributeNames.MessagingMessageId, id)
            .SetTag(AttributeNames.Tries, tries)
            .SetTag(AttributeNames.Emails, emails);
        // Links to the host's own span of this run, which would otherwise be the parent.
        if (activity?.HasRemoteParent == true && ambient is { } run)
            activity.AddLink(new ActivityLink(run));
        return activity;
    }

    /// <summary>Starts the span of one attempt for one mail. In another trace than the mail's it links to it.</summary>
    public Activity? Attempt(LedgerRow row, int recipients)
    {
        var activity = Source.StartActivity(SpanNames.Attempt, ActivityKind.Internal);
        activity?
            .SetTag(AttributeNames.EmailId, row.Id.ToString())
            .SetTag(AttributeNames.Attempt, row.Attempt)
            .SetTag(AttributeNames.Lane, row.Lane.Name())
            .SetTag(AttributeNames.Recipients, recipients);
        if (activity is not null)
            Link(activity, [row.Trace]);
        return activity;
    }

    /// <summary>Records an attempt's outcome. It failed unless the mail is sent or deferred.</summary>
    public static void RecordOutcome(Activity? attempt, EmailEvent e)
    {
        attempt?.SetTag(AttributeNames.State, e.State.Name()).SetTag(AttributeNames.Relay, e.Relay);
        if (e.State is not (EmailState.Sent or EmailState.Deferred))
            attempt.Failed(e.State.Name());
    }

    /// <summary>Links to each trace other than the span's own, once.</summary>
    public static void Link(Activity activity, IEnumerable<string?> traceparents)
    {
        var foreign = traceparents.Distinct().Select(TraceContext.Parse).OfType<ActivityContext>().Where(context => context.TraceId != activity.TraceId);
        foreach (var context in foreign.Take(MaxLinks))
            activity.AddLink(new ActivityLink(context));
    }

    public void Dispose() => Source.Dispose();

    private Activity? Message(string operation, string? queue, ActivityKind kind, string type, ActivityContext parent) =>
        Source.StartActivity(queue is null ? operation : $"{operation} {queue}", kind, parent)?
            .SetTag(AttributeNames.MessagingSystem, TelemetryNames.QueueSystem)
            .SetTag(AttributeNames.MessagingOperation, operation)
            .SetTag(AttributeNames.MessagingOperationType, type)
            .SetTag(AttributeNames.MessagingDestination, queue);
}

internal static class Failing
{
    /// <summary>Records only the exception's type: its text may contain foreign data.</summary>
    public static void Failed(this Activity? activity, Exception exception) => activity.Failed(exception.GetType().FullName ?? exception.GetType().Name);

    /// <param name="type">A word of a small set.</param>
    public static void Failed(this Activity? activity, string type) => activity?.SetTag(AttributeNames.ErrorType, type).SetStatus(ActivityStatusCode.Error);
}

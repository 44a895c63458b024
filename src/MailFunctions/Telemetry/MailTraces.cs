using System.Diagnostics;
using MailFunctions.Mail;

namespace MailFunctions.Telemetry;

/// <summary>
/// Starts the spans of a mail's way. Each method returns null when nobody listens or the trace is not sampled; all that
/// is done to a span bears that.
/// </summary>
internal sealed class MailTraces : IDisposable
{
    /// <summary>More links than that are cut off by the SDK's own limit of 128.</summary>
    private const int MaxLinks = 100;

    /// <summary>One a host, so that two hosts in one process can be told apart.</summary>
    public ActivitySource Source { get; } = new(TelemetryNames.Source);

    /// <summary>What a mail that is accepted now carries as its trace, sampled or not; null when nobody listens.</summary>
    public string? Current => Source.HasListeners() && Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { Length: TraceContext.Length } id } ? id : null;

    /// <summary>The accept of mails, one or many.</summary>
    /// <param name="queues">Of each mail.</param>
    /// <param name="accept">Gets the span, which is null when there is none; what it throws is told by its type, and thrown on.</param>
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
    /// The work on one queue message: in the trace that it came from when it names one mail, which makes POST and delivery one
    /// tree; a trace of its own, with links, when it names several (<see cref="Link"/>).
    /// </summary>
    /// <param name="id">The queue's name of the message.</param>
    /// <param name="tries">How often it has been taken, from 1.</param>
    /// <param name="emails">How many it names.</param>
    /// <param name="traceparent">That the message carries; null when it has none.</param>
    public Activity? Process(string queue, string id, long tries, int emails, string? traceparent)
    {
        var from = TraceContext.Parse(traceparent);
        var ambient = Activity.Current?.Context;
        var activity = Message(SpanNames.Process, queue, ActivityKind.Consumer, "process", emails == 1 && from is { } parent ? parent : default);
        activity?
            .SetTag(AttributeNames.MessagingMessageId, id)
            .SetTag(AttributeNames.Tries, tries)
            .SetTag(AttributeNames.Emails, emails);
        // The host's own span of this run, which would have been the parent.
        if (activity?.HasRemoteParent == true && ambient is { } run)
            activity.AddLink(new ActivityLink(run));
        return activity;
    }

    /// <summary>One attempt for one mail. In another trace than the mail's it links to it.</summary>
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

    /// <summary>What came of an attempt. It failed when the mail is neither sent nor put off.</summary>
    public static void RecordOutcome(Activity? attempt, EmailEvent e)
    {
        attempt?.SetTag(AttributeNames.State, e.State.Name()).SetTag(AttributeNames.Relay, e.Relay);
        if (e.State is not (EmailState.Sent or EmailState.Deferred))
            attempt.Failed(e.State.Name());
    }

    /// <summary>Links to each of the traces that is not the span's own, once.</summary>
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
    /// <summary>By the exception's type alone: its text may be a stranger's.</summary>
    public static void Failed(this Activity? activity, Exception exception) => activity.Failed(exception.GetType().FullName ?? exception.GetType().Name);

    /// <param name="type">A word of a small set.</param>
    public static void Failed(this Activity? activity, string type) => activity?.SetTag(AttributeNames.ErrorType, type).SetStatus(ActivityStatusCode.Error);
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using MailFunctions.Mail;

namespace MailFunctions.Telemetry;

/// <summary>Counts and times what happens to mail. Without a listener a call costs a comparison.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class MailMeters
{
    private static readonly InstrumentAdvice<double> Waits = new()
    {
        HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600],
    };

    /// <summary>The boundaries that the semantic conventions advise, extended: work on a message may take minutes.</summary>
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120, 300, 600],
    };

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _ofKeys;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _deferred;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _sent;
    private readonly Histogram<double> _queueWait;
    private readonly Histogram<double> _processing;
    private readonly Histogram<double> _stages;

    public MailMeters(IMeterFactory meters)
    {
        Meter = meters.Create(TelemetryNames.Source);
        _accepted = Meter.CreateCounter<long>(MetricNames.Accepted, "{email}", "Emails accepted.");
        _ofKeys = Meter.CreateCounter<long>(MetricNames.KeyRecipients, "{recipient}", "Recipients of the emails accepted from each API key.");
        _ended = Meter.CreateCounter<long>(MetricNames.Ended, "{email}", "Emails that came to a final state, or to one that awaits a person.");
        _deferred = Meter.CreateCounter<long>(MetricNames.Deferred, "{email}", "Emails that were deferred, and why.");
        _attempts = Meter.CreateCounter<long>(MetricNames.Attempts, "{recipient}", "What attempts did to the recipients that they addressed.");
        _sent = Meter.CreateCounter<long>(MetricNames.SentMessages, "{message}", "Queue messages put.");
        _queueWait = Meter.CreateHistogram(MetricNames.QueueWait, "s", "From when a mail was due until a worker had it.", tags: null, Waits);
        _processing = Meter.CreateHistogram(MetricNames.ProcessDuration, "s", "Work on one queue message.", tags: null, Durations);
        _stages = Meter.CreateHistogram(MetricNames.StageDuration, "s", "One stage of an SMTP session.", tags: null, Durations);
    }

    /// <summary>The meter, for instruments that are observed rather than written.</summary>
    public Meter Meter { get; }

    public void Accepted(Lane lane, int emails) => _accepted.Add(emails, Of(lane));

    /// <param name="key">The id of an API key: at most a thousand are in force.</param>
    public void AcceptedForKey(string key, long recipients) => _ofKeys.Add(recipients, new KeyValuePair<string, object?>(AttributeNames.Key, key));

    public void Ended(EmailState state, Lane lane) => _ended.Add(1, Of(lane), new(AttributeNames.State, state.Name()));

    /// <summary>Counts a mail whose row was written as deferred without an event.</summary>
    public void Deferred(LedgerRow row) => Deferred(row.WaitingFor, row.Lane);

    /// <summary>Counts a committed event: the result of each recipient, and the deferral or the ending that it brings.</summary>
    public void Recorded(EmailEvent e)
    {
        if (_attempts.Enabled)
        {
            foreach (var recipient in e.Recipients.Where(recipient => !recipient.IsSuppressed))
                _attempts.Add(1, AttemptTags(e, recipient));
        }

        if (!e.State.IsOpen())
            Ended(e.State, e.Lane);
        else
            Deferred(e.WaitingFor, e.Lane);
    }

    public void Sent(string queue) => _sent.Add(1, System, new(AttributeNames.MessagingOperation, "send"), new(AttributeNames.MessagingDestination, queue));

    public void RecordQueueWait(Lane lane, TimeSpan wait) => _queueWait.Record(Math.Max(0, wait.TotalSeconds), Of(lane));

    /// <param name="error">Null on success.</param>
    public void Processed(string queue, TimeSpan duration, Exception? error)
    {
        var tags = new TagList { System, { AttributeNames.MessagingOperation, SpanNames.Process }, { AttributeNames.MessagingDestination, queue } };
        if (error is not null)
            tags.Add(AttributeNames.ErrorType, error.GetType().FullName);
        _processing.Record(duration.TotalSeconds, tags);
    }

    public void Staged(string stage, string relay, TimeSpan duration) =>
        _stages.Record(duration.TotalSeconds, new(AttributeNames.Stage, stage), new(AttributeNames.Relay, relay));

    private void Deferred(WaitReason? reason, Lane lane) => _deferred.Add(1, Of(lane), new(AttributeNames.WaitReason, reason?.Name()));

    private static KeyValuePair<string, object?> System { get; } = new(AttributeNames.MessagingSystem, TelemetryNames.QueueSystem);

    private static KeyValuePair<string, object?> Of(Lane lane) => new(AttributeNames.Lane, lane.Name());

    private static TagList AttemptTags(EmailEvent e, Recipient recipient) =>
    [
        Of(e.Lane),
        new(AttributeNames.Outcome, recipient.Status.ToString().ToLowerInvariant()),
        new(AttributeNames.Relay, e.Relay),
        new(AttributeNames.DomainClass, DomainClass.Of(recipient.Domain)),
    ];
}

using MailFunctions.Mail;

namespace MailFunctions.Statistics;

/// <summary>
/// Computes the statistics of one minute from its events and its emails alone: accepted from the emails whose ids were
/// minted in it, all else from the events whose partition it is.
/// </summary>
/// <remarks>Not safe for concurrent use.</remarks>
internal sealed class MinuteStatistics
{
    private readonly Rollup _rollup = new();

    public static IReadOnlyList<StatisticsRow> Compute(IEnumerable<EmailEvent> events, IEnumerable<LedgerRow> emails)
    {
        var minute = new MinuteStatistics();
        foreach (var email in emails)
            minute.Add(email);
        foreach (var happened in events)
            minute.Add(happened);
        return minute.ToRows();
    }

    /// <summary>Counts an accept. A void key is no email: no caller got a 202 for it.</summary>
    public void Add(LedgerRow email)
    {
        if (email.State == EmailState.Void)
            return;

        var places = Places(email.Lane, relay: null, email.Tags);
        foreach (var (dimension, value) in places)
            Count(_rollup[dimension, value], email.Recipients);
        foreach (var domain in email.Recipients.GroupBy(recipient => recipient.Domain, StringComparer.Ordinal))
            Count(_rollup[Dimension.Domain, domain.Key], [.. domain]);

        static void Count(Tally tally, IReadOnlyCollection<Recipient> recipients)
        {
            tally[Measure.Accepted]++;
            tally[Measure.Recipients] += recipients.Count;
        }
    }

    /// <summary>Counts an attempt, an ending, a correction in place of its attempt, or an unsubscription.</summary>
    public void Add(EmailEvent happened)
    {
        if (happened.Kind == EventKind.Unsubscription)
        {
            AddUnsubscription(happened);
            return;
        }

        foreach (var (dimension, value) in Places(happened.Lane, happened.Relay, happened.Tags))
            Count(_rollup[dimension, value], happened, happened.Recipients);
        foreach (var domain in happened.Recipients.GroupBy(recipient => recipient.Domain, StringComparer.Ordinal))
        {
            var tally = _rollup[Dimension.Domain, domain.Key];
            // A domain with no mailed recipient is not affected by the event.
            if (domain.All(recipient => recipient.IsSuppressed))
                tally[Measure.Suppressed] += domain.Count();
            else
                Count(tally, happened, domain);
        }
    }

    /// <summary>Counts only that: the state of the mail is counted with the event that brought it.</summary>
    private void AddUnsubscription(EmailEvent happened)
    {
        foreach (var (dimension, value) in Places(happened.Lane, relay: null, happened.Tags))
            _rollup[dimension, value][Measure.Unsubscribed] += happened.Recipients.Count;
        foreach (var recipient in happened.Recipients)
            _rollup[Dimension.Domain, recipient.Domain][Measure.Unsubscribed]++;
    }

    public IReadOnlyList<StatisticsRow> ToRows() => _rollup.ToRows();

    private static IEnumerable<(Dimension Dimension, string Value)> Places(Lane lane, string? relay, IEnumerable<Tag> tags)
    {
        yield return (Dimension.Total, Dimensions.Everything);
        yield return (Dimension.Lane, lane.Name());
        if (relay is not null)
            yield return (Dimension.Relay, relay);
        foreach (var tag in tags.Distinct())
            yield return (Dimension.Tag, tag.ToString());
    }

    private static void Count(Tally tally, EmailEvent happened, IEnumerable<Recipient> recipients)
    {
        tally[Measure.Suppressed] += recipients.Count(recipient => recipient.IsSuppressed);
        if (StateMeasure(happened.State) is { } state)
            tally[state]++;
        if (happened.Kind == EventKind.Ending)
            return;

        tally[Measure.Attempts]++;
        var sent = tally[Measure.Sent];
        foreach (var recipient in recipients)
            if (OutcomeMeasure(recipient.Status) is { } outcome)
                tally[outcome]++;
        if (tally[Measure.Sent] > sent)
            tally[Measure.Bytes] += happened.Bytes;
        if (happened.State is EmailState.Sent or EmailState.Partial)
            tally.Latency = tally.Latency.Merge(LatencyHistogram.Of(happened.At - happened.SendableAt));
    }

    private static Measure? OutcomeMeasure(RecipientStatus status) => status switch
    {
        RecipientStatus.Sent => Measure.Sent,
        RecipientStatus.Deferred => Measure.Deferred,
        RecipientStatus.Rejected => Measure.Rejected,
        RecipientStatus.Uncertain => Measure.Uncertain,
        _ => null,
    };

    private static Measure? StateMeasure(EmailState state) => state switch
    {
        EmailState.Sent => Measure.EmailsSent,
        EmailState.Partial => Measure.EmailsPartial,
        EmailState.Failed => Measure.EmailsFailed,
        EmailState.Expired => Measure.EmailsExpired,
        EmailState.Canceled => Measure.EmailsCanceled,
        EmailState.Suppressed => Measure.EmailsSuppressed,
        EmailState.Discarded => Measure.EmailsDiscarded,
        EmailState.Uncertain => Measure.EmailsUncertain,
        EmailState.Dead => Measure.EmailsDead,
        _ => null,
    };
}

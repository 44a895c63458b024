using System.Collections.Immutable;
using System.Text.Json;

namespace MailFunctions.Statistics;

/// <summary>
/// The counted quantities. Outcomes (<c>sent</c>, <c>deferred</c>, <c>rejected</c>, <c>uncertain</c>) count the
/// recipients of an attempt, <c>suppressed</c> each recipient once; <c>emails_…</c> count emails, in the minute in
/// which they reached that state.
/// </summary>
/// <remarks>In the dimension domain an email counts once for each domain that the accept, or the event, addressed.</remarks>
internal enum Measure
{
    /// <summary>Emails that the API accepted with 202, in the minute of their id.</summary>
    Accepted,

    /// <summary>Recipients of those emails.</summary>
    Recipients,

    /// <summary>SMTP transactions.</summary>
    Attempts,

    /// <summary>Recipients for whom a relay took responsibility.</summary>
    Sent,

    /// <summary>Recipients to whom a relay said "not now", once for each attempt.</summary>
    Deferred,

    /// <summary>Recipients whom a relay refused permanently.</summary>
    Rejected,

    /// <summary>Recipients for whom an attempt could not find out whether the relay accepted them.</summary>
    Uncertain,

    /// <summary>
    /// Recipients that were on the suppression list, in the minute of the attempt that left them out or
    /// of the ending.
    /// </summary>
    Suppressed,

    /// <summary>Recipients that unsubscribed by the link in an email, in the minute in which they did.</summary>
    Unsubscribed,

    /// <summary>Emails that a relay accepted for every recipient.</summary>
    EmailsSent,

    /// <summary>Emails that ended with some recipients accepted and others not.</summary>
    EmailsPartial,

    /// <summary>Emails that ended with no recipient accepted.</summary>
    EmailsFailed,

    /// <summary>Emails that expired.</summary>
    EmailsExpired,

    /// <summary>Emails that the caller canceled.</summary>
    EmailsCanceled,

    /// <summary>Emails whose recipients are all suppressed.</summary>
    EmailsSuppressed,

    /// <summary>Emails that an operator discarded.</summary>
    EmailsDiscarded,

    /// <summary>Emails that were held because it is unknown whether they were delivered. A later final state is counted, too.</summary>
    EmailsUncertain,

    /// <summary>Emails that our own processing failed on five times. A later final state is counted, too.</summary>
    EmailsDead,

    /// <summary>The composed size, in bytes, of each attempt in which a relay accepted at least one recipient.</summary>
    Bytes,
}

internal static class MeasureNames
{
    /// <summary>The names in storage and in answers, by the number of the measure: snake_case.</summary>
    public static readonly ImmutableArray<string> All =
        [.. Enum.GetNames<Measure>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    public static string Name(this Measure measure) => All[(int)measure];
}

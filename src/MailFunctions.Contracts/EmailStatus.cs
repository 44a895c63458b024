namespace MailFunctions.Contracts;

/// <summary>
/// The states of an email. Open: scheduled, queued, sending, deferred. On hold for a decision: uncertain, dead. Final: the
/// others. A newer server may know more.
/// </summary>
[Schema("State")]
public static class EmailStatus
{
    /// <summary>Open: scheduled for a time that the caller named.</summary>
    public const string Scheduled = "scheduled";

    /// <summary>Open: accepted.</summary>
    public const string Queued = "queued";

    /// <summary>Open: an attempt is under way.</summary>
    public const string Sending = "sending";

    /// <summary>Open: deferred until its next attempt.</summary>
    public const string Deferred = "deferred";

    /// <summary>Held for a decision: an attempt may or may not have delivered it.</summary>
    public const string Uncertain = "uncertain";

    /// <summary>Held for a decision: the server's own processing failed five times.</summary>
    public const string Dead = "dead";

    /// <summary>Final: a relay took responsibility for every recipient.</summary>
    public const string Sent = "sent";

    /// <summary>Final: some recipients were accepted, the others refused.</summary>
    public const string Partial = "partial";

    /// <summary>Final: every recipient was refused.</summary>
    public const string Failed = "failed";

    /// <summary>Final: it expired before every recipient was settled.</summary>
    public const string Expired = "expired";

    /// <summary>Final: canceled by the caller.</summary>
    public const string Canceled = "canceled";

    /// <summary>Final: every recipient is on the suppression list.</summary>
    public const string Suppressed = "suppressed";

    /// <summary>Final: given up by an operator.</summary>
    public const string Discarded = "discarded";
}

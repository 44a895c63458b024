namespace MailFunctions.Contracts;

/// <summary>An operator's decisions about an email whose delivery is uncertain.</summary>
public static class DecisionName
{
    /// <summary>It counts as sent.</summary>
    public const string Sent = "sent";

    /// <summary>It counts as rejected.</summary>
    public const string NotSent = "not_sent";

    /// <summary>It is sent again; a duplicate if it had been delivered.</summary>
    public const string Retry = "retry";
}

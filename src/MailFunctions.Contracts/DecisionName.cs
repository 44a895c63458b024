namespace MailFunctions.Contracts;

/// <summary>What a person decides about an email whose delivery nobody can know.</summary>
public static class DecisionName
{
    /// <summary>It counts as sent.</summary>
    public const string Sent = "sent";

    /// <summary>It counts as rejected.</summary>
    public const string NotSent = "not_sent";

    /// <summary>It is tried again; a duplicate when it had been delivered.</summary>
    public const string Retry = "retry";
}

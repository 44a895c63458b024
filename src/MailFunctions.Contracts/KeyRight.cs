namespace MailFunctions.Contracts;

/// <summary>The rights of an API key.</summary>
[Schema("KeyRight")]
public static class KeyRight
{
    /// <summary>Submit mail.</summary>
    public const string Send = "send";

    /// <summary>Read the mails that this key submitted.</summary>
    public const string ReadOwn = "read_own";

    /// <summary>Read the mails of its senders and lanes, also those that others submitted.</summary>
    public const string Read = "read";

    /// <summary>Read the content of the mails that it may read.</summary>
    public const string ReadContent = "read_content";

    /// <summary>Cancel and reschedule mail.</summary>
    public const string Cancel = "cancel";

    /// <summary>Decide about held and failed mail.</summary>
    public const string Decide = "decide";

    /// <summary>Read and change the suppression list.</summary>
    public const string Suppressions = "suppressions";

    /// <summary>Read, render and change templates.</summary>
    public const string Templates = "templates";

    /// <summary>Erase recipients.</summary>
    public const string Erase = "erase";

    /// <summary>Read statistics.</summary>
    public const string Statistics = "statistics";

    /// <summary>Reserved: no call asks for it yet.</summary>
    public const string Webhooks = "webhooks";

    /// <summary>Make, change and revoke keys that may do no more than this one.</summary>
    public const string Keys = "keys";

    /// <summary>Reserved: no call asks for it yet.</summary>
    public const string Console = "console";

    /// <summary>Run timers, read and delete dead letters, pause and resume, read the audit trail.</summary>
    public const string Operate = "operate";

    /// <summary>All of these, and those that a newer version adds.</summary>
    public const string All = "all";
}

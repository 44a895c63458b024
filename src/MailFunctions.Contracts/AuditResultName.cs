namespace MailFunctions.Contracts;

/// <summary>The result of an audited call.</summary>
[Schema("AuditResult")]
public static class AuditResultName
{
    /// <summary>The call was carried out.</summary>
    public const string Done = "done";

    /// <summary>The call was refused, and changed nothing.</summary>
    public const string Refused = "refused";

    /// <summary>The call failed; a part of it may have been carried out.</summary>
    public const string Failed = "failed";

    /// <summary>No result is stored: the process died, the caller left before the end, storage failed, or the call is still running.</summary>
    public const string Unknown = "unknown";
}

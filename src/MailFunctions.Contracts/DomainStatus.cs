namespace MailFunctions.Contracts;

/// <summary>The status of a finding, and of a domain; the first five are Resend's.</summary>
public static class DomainStatus
{
    /// <summary>There is no record yet.</summary>
    public const string NotStarted = "not_started";

    /// <summary>The answer is not there yet: the check has not run.</summary>
    public const string Pending = "pending";

    /// <summary>It is as it should be.</summary>
    public const string Verified = "verified";

    /// <summary>It is wrong, and receivers will see that.</summary>
    public const string Failed = "failed";

    /// <summary>DNS gave no answer. That says nothing about the domain.</summary>
    public const string TemporaryFailure = "temporary_failure";

    /// <summary>Receivers accept it, and it should be changed nevertheless.</summary>
    public const string Warning = "warning";

    /// <summary>DNS alone cannot say.</summary>
    public const string Unknown = "unknown";
}

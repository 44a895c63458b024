namespace MailFunctions.Contracts;

/// <summary>The reasons for which an address must not be mailed.</summary>
[Schema("SuppressionReason")]
public static class SuppressionReasonName
{
    public const string Manual = "manual";

    public const string Bounce = "bounce";

    public const string Complaint = "complaint";

    public const string Unsubscribe = "unsubscribe";
}

namespace MailFunctions.Contracts;

/// <summary>What is done when nobody can know whether an attempt delivered an email.</summary>
public static class UncertainPolicyName
{
    /// <summary>It is sent again, and may arrive twice.</summary>
    public const string Retry = "retry";

    /// <summary>It stops, as <see cref="EmailStatus.Uncertain"/>, until a person decides.</summary>
    public const string Hold = "hold";

    /// <summary>It counts as sent, and may be missing.</summary>
    public const string AssumeSent = "assume_sent";
}

namespace MailFunctions.Contracts;

/// <summary>
/// The policy for an email when an attempt may or may not have delivered it: by default <c>retry</c>, and <c>hold</c> in the
/// lane bulk. <c>retry</c> is the only source of duplicates, together with a person who decides the same later.
/// </summary>
[Schema("UncertainPolicy")]
public static class UncertainPolicyName
{
    /// <summary>It is sent again, and may arrive twice.</summary>
    public const string Retry = "retry";

    /// <summary>It is put on hold, as <see cref="EmailStatus.Uncertain"/>, until an operator decides.</summary>
    public const string Hold = "hold";

    /// <summary>It counts as sent, and may never arrive.</summary>
    public const string AssumeSent = "assume_sent";
}

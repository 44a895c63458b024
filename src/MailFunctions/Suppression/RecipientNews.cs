namespace MailFunctions.Suppression;

/// <summary>The fate of a mail for one recipient, as far as it concerns the suppression list.</summary>
/// <param name="Mailbox">The envelope form of the address.</param>
/// <param name="Mail">The id of the mail.</param>
/// <param name="Code">The reply code and the enhanced code, such as <c>550 5.1.1</c>; empty for a success.</param>
internal readonly record struct RecipientNews(string Mailbox, string Mail, RecipientFate Fate, string Code, DateTimeOffset At);

internal enum RecipientFate
{
    /// <summary>The relay accepted the mail for the recipient.</summary>
    Reached,

    /// <summary>The mail failed for the recipient, for a reason that may pass.</summary>
    SoftFailure,

    /// <summary>The address does not exist, or takes no mail for good.</summary>
    HardFailure,
}

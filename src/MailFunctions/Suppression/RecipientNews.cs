using System.Globalization;
using MailFunctions.Mail;

namespace MailFunctions.Suppression;

/// <summary>The fate of a mail for one recipient, as far as it concerns the suppression list.</summary>
/// <param name="Mailbox">The envelope form of the address.</param>
/// <param name="Reply">The reply that decided it.</param>
internal readonly record struct RecipientNews(string Mailbox, EmailId Email, RecipientFate Fate, SmtpReply Reply, DateTimeOffset At)
{
    public string Mail => Email.ToString();

    /// <summary>The reply code and the enhanced code, such as <c>550 5.1.1</c>.</summary>
    public string Code => string.Create(CultureInfo.InvariantCulture, $"{Reply.Code} {Reply.EnhancedCode}").TrimEnd();
}

internal enum RecipientFate
{
    /// <summary>The relay accepted the mail for the recipient.</summary>
    Reached,

    /// <summary>The mail failed for the recipient, for a reason that may pass.</summary>
    SoftFailure,

    /// <summary>The address does not exist, or takes no mail for good.</summary>
    HardFailure,
}

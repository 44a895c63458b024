namespace MailFunctions.Mail;

/// <summary>Selects replies of relays; a null field matches any.</summary>
/// <param name="Code">The reply code; 0 for recipients without a reply.</param>
/// <param name="EnhancedCode">The whole enhanced status code (RFC 3463), such as <c>5.4.5</c>.</param>
internal sealed record ReplyFilter(int? Code, string? EnhancedCode)
{
    /// <param name="recipient">Its last reply is compared.</param>
    public bool Fits(Recipient recipient) =>
        (Code ?? recipient.Reply?.Code ?? 0) == (recipient.Reply?.Code ?? 0)
        && (EnhancedCode ?? recipient.Reply?.EnhancedCode) == recipient.Reply?.EnhancedCode;
}

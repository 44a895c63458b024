namespace MailFunctions.Mail;

/// <summary>Which replies of a relay are meant; what is null fits any.</summary>
/// <param name="Code">The reply code; 0 for recipients of whom no relay said anything.</param>
/// <param name="EnhancedCode">The whole enhanced status code (RFC 3463), such as <c>5.4.5</c>.</param>
internal sealed record ReplyFilter(int? Code, string? EnhancedCode)
{
    /// <param name="recipient">What the relay said last of it decides.</param>
    public bool Fits(Recipient recipient) =>
        (Code ?? recipient.Reply?.Code ?? 0) == (recipient.Reply?.Code ?? 0)
        && (EnhancedCode ?? recipient.Reply?.EnhancedCode) == recipient.Reply?.EnhancedCode;
}

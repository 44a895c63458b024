using System.Text.RegularExpressions;
using MailFunctions.Mail;

namespace MailFunctions.Smtp.Replies;

/// <summary>The one place that decides what a reply means for the recipients that it concerns.</summary>
internal static partial class ReplyRules
{
    /// <summary>
    /// 250 to the content sent, 4yz deferred, 5yz rejected (RFC 5321 section 4.2.1). Refusals that are about us and not about the mail, by
    /// <see cref="ReplyTable"/>, are deferred: the mail can wait for somebody to mend what is wrong.
    /// </summary>
    public static RecipientStatus StatusOf(SmtpReply reply) => reply switch
    {
        // Before MAIL it is about the relay, and no mail's fault.
        { Stage: SmtpStage.Connect or SmtpStage.StartTls or SmtpStage.Ehlo or SmtpStage.Auth } => RecipientStatus.Deferred,
        // RFC 5321 section 4.5.3.1.10: 552 to RCPT is an old way to say 452.
        { Stage: SmtpStage.RcptTo, Code: 552 } when RetryHint.IsTooManyRecipients(reply) => RecipientStatus.Deferred,
        // Nobody can know: the content is out, and no reply came back.
        { Code: 0, Stage: SmtpStage.FinalDot } => RecipientStatus.Uncertain,
        { Code: 0 } => RecipientStatus.Deferred,
        // RFC 5321 section 4.3.2: no other yes is one to the content, or to RCPT.
        { Stage: SmtpStage.FinalDot or SmtpStage.RcptTo or SmtpStage.Local, Code: 250 or 251 or 252 } => RecipientStatus.Sent,
        { Code: >= 400 and < 500 } => RecipientStatus.Deferred,
        { Code: >= 500 and < 600 } => ReplyTable.Of(reply).Concern == ReplyConcern.Us ? RecipientStatus.Deferred : RecipientStatus.Rejected,
        // No reply that SMTP knows: after the content it settles nothing, before it nothing has happened.
        { Stage: SmtpStage.FinalDot } => RecipientStatus.Uncertain,
        _ => RecipientStatus.Deferred,
    };

    /// <summary>Cuts the enhanced status code (RFC 3463 section 2) off the front of a reply text.</summary>
    public static SmtpReply Read(SmtpStage stage, int code, string text)
    {
        var match = EnhancedCode().Match(text);
        return match.Success && match.Value[0] - '0' == code / 100
            ? new SmtpReply(stage, code, match.Value, Tidy(text[match.Length..]))
            : new SmtpReply(stage, code, null, Tidy(text));
    }

    /// <summary>One line without control characters, at most 1,000 characters: a reply text is a stranger's.</summary>
    public static string Tidy(string text)
    {
        const int longest = 1000;
        var line = ControlOrSpace().Replace(text, " ").Trim();
        return line.Length <= longest ? line : string.Concat(line.AsSpan(0, longest - 1), "…");
    }

    [GeneratedRegex(@"\A[245]\.\d{1,3}\.\d{1,3}(?=\s|\z)")]
    private static partial Regex EnhancedCode();

    [GeneratedRegex(@"[\p{C}\s]+")]
    private static partial Regex ControlOrSpace();
}

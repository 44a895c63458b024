using System.Text.RegularExpressions;
using MailFunctions.Mail;

namespace MailFunctions.Smtp.Replies;

/// <summary>Decides, in one place, what a reply means for the recipients that it concerns.</summary>
internal static partial class ReplyRules
{
    /// <summary>
    /// Returns sent for 250 to the content, deferred for 4yz, rejected for 5yz (RFC 5321 section 4.2.1). Refusals that
    /// are about us and not about the mail, by <see cref="ReplyTable"/>, are deferred: the mail can wait until an
    /// operator fixes the cause.
    /// </summary>
    public static RecipientStatus StatusOf(SmtpReply reply) => reply switch
    {
        // Before MAIL a refusal is about the relay, not about the mail.
        { Stage: SmtpStage.Connect or SmtpStage.StartTls or SmtpStage.Ehlo or SmtpStage.Auth } => RecipientStatus.Deferred,
        // RFC 5321 section 4.5.3.1.10: 552 to RCPT is an old form of 452.
        { Stage: SmtpStage.RcptTo, Code: 552 } when RetryHint.IsTooManyRecipients(reply) => RecipientStatus.Deferred,
        // The outcome cannot be known: the content was sent, and no reply came back.
        { Code: 0, Stage: SmtpStage.FinalDot } => RecipientStatus.Uncertain,
        { Code: 0 } => RecipientStatus.Deferred,
        // RFC 5321 section 4.3.2: no other positive reply is valid for the content, or for RCPT.
        { Stage: SmtpStage.FinalDot or SmtpStage.RcptTo or SmtpStage.Local, Code: 250 or 251 or 252 } => RecipientStatus.Sent,
        { Code: >= 400 and < 500 } => RecipientStatus.Deferred,
        { Code: >= 500 and < 600 } => ReplyTable.Of(reply).Concern == ReplyConcern.Us ? RecipientStatus.Deferred : RecipientStatus.Rejected,
        // An unknown reply code: after the content it decides nothing, before it nothing has happened.
        { Stage: SmtpStage.FinalDot } => RecipientStatus.Uncertain,
        _ => RecipientStatus.Deferred,
    };

    /// <summary>Separates the enhanced status code (RFC 3463 section 2) from the front of a reply text.</summary>
    public static SmtpReply Read(SmtpStage stage, int code, string text)
    {
        var match = EnhancedCode().Match(text);
        return match.Success && match.Value[0] - '0' == code / 100
            ? new SmtpReply(stage, code, match.Value, Tidy(text[match.Length..]))
            : new SmtpReply(stage, code, null, Tidy(text));
    }

    /// <summary>Returns the text as one line without control characters, at most 1,000 characters: a reply text is untrusted.</summary>
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

using System.Text.RegularExpressions;
using MailFunctions.Mail;

namespace MailFunctions.Smtp.Replies;

/// <summary>Says whether a refusal is about the address of one recipient, and for good.</summary>
internal static partial class RecipientFailure
{
    /// <param name="isAlone">True if the transaction had this recipient alone, so that a reply to the content can mean only them.</param>
    /// <returns>Null for a refusal that says nothing about the address: a full mailbox, size, content, policy, a limit, or us.</returns>
    public static RecipientFailureKind? Of(SmtpReply reply, bool isAlone)
    {
        var isOfRecipient = reply.Stage == SmtpStage.RcptTo || (isAlone && reply.Stage is SmtpStage.Data or SmtpStage.FinalDot);
        if (!isOfRecipient || reply.Code is < 400 or > 599 || ReplyTable.Of(reply).Concern != ReplyConcern.Recipient || IsOfAnotherKind(reply))
            return null;
        return IsHard(reply) ? RecipientFailureKind.Hard : RecipientFailureKind.Soft;
    }

    /// <remarks>
    /// RFC 3463: X.2.2 mailbox full, X.2.3 and X.3.4 size, X.5.3 too many recipients, X.6.x content, X.7.x security or policy.
    /// The words are for servers that use a code of the address all the same.
    /// </remarks>
    private static bool IsOfAnotherKind(SmtpReply reply) =>
        (reply.EnhancedCode is { } code && OtherCode().IsMatch(code)) || OtherWords().IsMatch(WithAddress().Replace(reply.Text, " "));

    private static bool IsHard(SmtpReply reply) => reply.Code >= 500
        && (reply.EnhancedCode is { } code ? HardCode().IsMatch(code) : reply.Code is 550 or 551 or 553 && HardWords().IsMatch(reply.Text));

    /// <remarks>
    /// RFC 3463 sections 3.2, 3.3 and 3.5: bad mailbox, system or syntax of the destination, moved without forwarding, disabled
    /// mailbox, unable to route; RFC 7505 section 4.1: null MX.
    /// </remarks>
    [GeneratedRegex(@"\A5\.(?:1\.(?:1|2|3|6|10)|2\.1|4\.4)\z")]
    private static partial Regex HardCode();

    [GeneratedRegex(@"\A[45]\.(?:2\.[23]|3\.4|5\.3|6\.\d+|7\.\d+)\z")]
    private static partial Regex OtherCode();

    /// <summary>Matches what has the address in it, whose own words mean nothing.</summary>
    [GeneratedRegex(@"\S*@\S*", RegexOptions.NonBacktracking)]
    private static partial Regex WithAddress();

    [GeneratedRegex(
        @"quota|\bfull\b|storage|\bsize\b|too (?:large|big|many|much|quickly|fast)|\bspam|polic(?:y|ies)|\bblock|\bblacklist|\bblocklist|\blisted\b|reputation|\brate\b|\blimit|gr[ae]y-?list|virus|content|not (?:permitted|allowed|authori[sz]ed)|sender",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex OtherWords();

    [GeneratedRegex(
        @"(?:no such|unknown|invalid|non-?existent) (?:local )?(?:user|mailbox|recipient|address|account|person)|(?:user|mailbox|recipient|address|account)[^.]{0,60}(?:unknown|not found|does(?: not|n't) exist|not exist|no longer (?:valid|available|exists))|no mailbox here",
        RegexOptions.IgnoreCase)]
    private static partial Regex HardWords();
}

/// <summary>The kind of a refusal that is about a recipient's address.</summary>
internal enum RecipientFailureKind
{
    /// <summary>It may pass.</summary>
    Soft,

    /// <summary>The address does not exist, or takes no mail for good.</summary>
    Hard,
}

using System.Text.RegularExpressions;
using MailFunctions.Mail;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sessions;

namespace MailFunctions.Smtp.Relays;

/// <summary>Recognises refusals that a fresh connection may avoid: those about how much this connection has carried.</summary>
internal static partial class SessionLimit
{
    /// <summary>
    /// Recognises a 4yz at MAIL on a connection that has sent before, unless the table knows it as ours; at RCPT only
    /// when no recipient was accepted and every reply names the session, since a 4yz there concerns the recipient
    /// (RFC 5321 section 4.5.4.1).
    /// </summary>
    /// <param name="result">The result of a mail that was not the first of its connection.</param>
    public static bool MayBe(TransactionResult result)
    {
        var replies = result.Recipients.Select(recipient => recipient.Reply).ToList();
        return replies.Count > 0 && replies.TrueForAll(reply => reply.Code is >= 400 and < 500 && reply.Stage switch
        {
            SmtpStage.MailFrom => Speaks().IsMatch(reply.Text) || ReplyTable.Of(reply).Concern != ReplyConcern.Us,
            SmtpStage.RcptTo => Speaks().IsMatch(reply.Text),
            _ => false,
        });
    }

    /// <summary>
    /// Postfix's "too many recipients in this session", Exim's smtp_accept_max_per_connection, "too many messages in this
    /// connection" of many servers: any "too many", "limit" or "maximum" together with the session or connection.
    /// </summary>
    [GeneratedRegex(@"(?:too (?:many|much)|limit|maximum|\bmax\b|number of|exceed).*\b(?:session|connection|conversation)\b|\b(?:session|connection)\b.*(?:limit|maximum|exceed|quota|too (?:many|much))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Speaks();
}

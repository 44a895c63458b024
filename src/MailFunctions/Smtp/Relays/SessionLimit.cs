using System.Text.RegularExpressions;
using MailFunctions.Mail;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sessions;

namespace MailFunctions.Smtp.Relays;

/// <summary>Tells the refusals that a fresh connection may not meet: those that are about how much this one has carried.</summary>
internal static partial class SessionLimit
{
    /// <summary>
    /// A 4yz at MAIL on a connection that has sent before, unless the table knows it as ours; at RCPT only when nobody was
    /// taken and every reply speaks of the session, since a 4yz there is the recipient's own affair (RFC 5321 section 4.5.4.1).
    /// </summary>
    /// <param name="result">Of a mail that was not the first of its connection.</param>
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
    /// connection" of many: any "too many", "limit" or "maximum" together with the session or connection.
    /// </summary>
    [GeneratedRegex(@"(?:too (?:many|much)|limit|maximum|\bmax\b|number of|exceed).*\b(?:session|connection|conversation)\b|\b(?:session|connection)\b.*(?:limit|maximum|exceed|quota|too (?:many|much))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Speaks();
}

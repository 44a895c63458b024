using MailFunctions.Mail;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sessions;

namespace MailFunctions.Smtp.Relays;

/// <summary>The meaning of a reply, or of its absence, for the relay.</summary>
/// <param name="Cause">The cause to report if the circuit opens because of it.</param>
/// <param name="Reply">The reply that says so.</param>
/// <param name="Domains">The domains of the recipients that got the reply, since their servers may have chosen the words. Empty when it was the relay itself.</param>
internal sealed record RelaySight(RelaySign Sign, RelayCause Cause, SmtpReply Reply, IReadOnlyCollection<string> Domains);

/// <summary>Derives from replies what the breaker needs to know about the relay itself.</summary>
internal static class RelaySigns
{
    public static RelaySight Of(RelayUnreachableException unreachable)
    {
        var reply = unreachable.Reply;
        return reply switch
        {
            _ when unreachable.IsOutOfStep => Sight(RelaySign.Fails, RelayCause.OutOfStep, reply),
            // A reply of this app itself: no login is sent without TLS.
            { Stage: SmtpStage.Local, Code: 538 } => Sight(RelaySign.RefusesUs, RelayCause.Tls, reply),
            _ when ReplyTable.Of(reply) is { Concern: ReplyConcern.Us, Cause: { } cause } => Sight(RelaySign.RefusesUs, cause, reply),
            { Stage: SmtpStage.Auth, Code: >= 500 } => Sight(RelaySign.RefusesUs, RelayCause.Credentials, reply),
            { Stage: SmtpStage.StartTls } => Sight(RelaySign.Fails, RelayCause.Tls, reply),
            _ => Sight(RelaySign.Fails, reply.Code == 0 ? RelayCause.Unreachable : RelayCause.Busy, reply),
        };
    }

    /// <summary>Returns what one mail met: the worst reply, unless a recipient was accepted.</summary>
    public static RelaySight Of(TransactionResult result)
    {
        var first = result.Recipients[0].Reply;
        if (result.IsOutOfStep)
            return Sight(RelaySign.Fails, RelayCause.OutOfStep, first);
        if (result.Recipients.Any(recipient => recipient.Reply.Code is >= 200 and < 300))
            return Sight(RelaySign.Works, RelayCause.Unreachable, first);
        if (first.Stage == SmtpStage.MailFrom && first.Code is >= 400 and < 600)
            return OfMailFrom(first);
        if (result.Recipients.FirstOrDefault(recipient => IsFailure(recipient.Reply)) is { Mailbox: not null } failed)
            return Sight(RelaySign.Fails, failed.Reply.Code == 0 ? RelayCause.Unreachable : RelayCause.Busy, failed.Reply);

        var ours = result.Recipients.Select(recipient => (recipient.Mailbox, recipient.Reply, ReplyTable.Of(recipient.Reply).Cause)).Where(heard => heard.Cause is { } cause && !cause.IsOfSender()).ToList();
        if (ours.Count > 0)
            return new RelaySight(RelaySign.HintsAtUs, ours[0].Cause!.Value, ours[0].Reply, Domains(ours.Select(heard => heard.Mailbox)));
        return result.Recipients.All(recipient => recipient.Reply.Code is >= 400 and < 500)
            ? new RelaySight(RelaySign.Defers, RelayCause.Deferrals, first, Domains(result.Recipients.Select(recipient => recipient.Mailbox)))
            : Sight(RelaySign.Works, RelayCause.Unreachable, first);
    }

    /// <summary>Judges a reply to MAIL. The relay knows no recipient yet, so the words are its own.</summary>
    private static RelaySight OfMailFrom(SmtpReply reply) => ReplyTable.Of(reply) switch
    {
        { Concern: ReplyConcern.Us, Cause: { } cause } => Sight(cause.IsOfSender() ? RelaySign.RefusesSender : RelaySign.RefusesUs, cause, reply),
        { Concern: ReplyConcern.Unclear } => Sight(RelaySign.RefusesSender, RelayCause.RefusesAll, reply),
        _ when IsFailure(reply) => Sight(RelaySign.Fails, RelayCause.Busy, reply),
        _ when reply.Code < 500 => Sight(RelaySign.Defers, RelayCause.Deferrals, reply),
        _ => Sight(RelaySign.Works, RelayCause.Unreachable, reply),
    };

    private static RelaySight Sight(RelaySign sign, RelayCause cause, SmtpReply reply) => new(sign, cause, reply, []);

    private static HashSet<string> Domains(IEnumerable<string> mailboxes) =>
        mailboxes.Select(mailbox => mailbox[(mailbox.LastIndexOf('@') + 1)..]).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>No reply, a closing connection (421), or Exchange's "too many connections" (432).</summary>
    private static bool IsFailure(SmtpReply reply) => reply.Stage != SmtpStage.Local && reply.Code is 0 or 421 or 432;
}

using MailFunctions.Ledger;

namespace MailFunctions.Smtp;

/// <summary>What replies tell about the relay itself, for its breaker.</summary>
internal static class RelaySigns
{
    public static RelaySign Of(RelayUnreachableException unreachable) => unreachable.Reply switch
    {
        _ when unreachable.IsOutOfStep => RelaySign.IsOutOfStep,
        { Stage: SmtpStage.Auth, Code: >= 500 } => RelaySign.RefusesCredentials,
        var reply when IsAboutCredentials(reply) => RelaySign.RefusesCredentials,
        _ => RelaySign.Fails,
    };

    /// <summary>What one mail met: the worst, unless a recipient was taken.</summary>
    public static RelaySign Of(TransactionResult result)
    {
        if (result.IsOutOfStep)
            return RelaySign.IsOutOfStep;
        var replies = result.Recipients.Select(recipient => recipient.Reply).ToList();
        if (replies.Exists(reply => reply.Code is >= 200 and < 300))
            return RelaySign.Works;
        if (replies.Exists(IsAboutCredentials))
            return RelaySign.RefusesCredentials;
        if (replies.Exists(IsFailure))
            return RelaySign.Fails;
        return replies.TrueForAll(reply => reply.Code is >= 400 and < 500) ? RelaySign.Defers : RelaySign.Works;
    }

    /// <summary>RFC 4954 section 6; 5.7.30 is Exchange Online's for password logins that it has ended.</summary>
    private static bool IsAboutCredentials(SmtpReply reply) => reply.Code is 530 or 534 or 535 or 538 || reply.EnhancedCode == "5.7.30";

    /// <summary>No reply, a closing connection (421), or Exchange's "too many connections" (432).</summary>
    private static bool IsFailure(SmtpReply reply) => reply.Stage != SmtpStage.Local && reply.Code is 0 or 421 or 432;
}

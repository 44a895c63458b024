using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Replies;
using MailFunctions.Telemetry;

namespace MailFunctions.Smtp.Sessions;

/// <summary>Reports how long the stages of a session took, and the relay's reply at each.</summary>
internal sealed class StageReport(SmtpTelemetry telemetry, Relay relay)
{
    private readonly RelayEndpoint _relay = new(relay.Name, relay.Host, relay.Port);

    /// <param name="stage">Connect or Auth, which ends now.</param>
    public void Opened(SmtpStage stage, StageStart started, SmtpReply? refusal)
    {
        if (stage == SmtpStage.Connect || relay.Login is not null)
            telemetry.Ended(_relay, stage == SmtpStage.Connect ? SmtpStageNames.Connect : SmtpStageNames.Auth, started, end: null, refusal);
    }

    /// <param name="reply">The result of the transaction.</param>
    public void Transacted(SmtpConversation conversation, SmtpReply reply)
    {
        var stages = conversation.Stages;
        for (var i = 0; i < stages.Count; i++)
        {
            var (stage, start) = stages[i];
            // DATA is not sent when no recipient was accepted.
            if (stage == SmtpStage.Data && !conversation.RecipientReplies.Values.Any(IsAccepted))
                return;
            StageStart? end = i + 1 < stages.Count ? stages[i + 1].Start : null;
            telemetry.Ended(_relay, NameOf(stage), start, end, ReplyTo(stage, conversation, reply));
        }
    }

    private static string NameOf(SmtpStage stage) => stage switch
    {
        SmtpStage.MailFrom => SmtpStageNames.Mail,
        SmtpStage.RcptTo => SmtpStageNames.Rcpt,
        _ => SmtpStageNames.Data,
    };

    /// <summary>Returns the reply to a stage; the worst one when there are several recipients.</summary>
    private static SmtpReply ReplyTo(SmtpStage stage, SmtpConversation conversation, SmtpReply reply) => stage switch
    {
        SmtpStage.MailFrom => conversation.SenderReply ?? reply,
        SmtpStage.RcptTo => conversation.RecipientReplies.Values.MaxBy(own => own.Code) ?? reply,
        _ => reply,
    };

    private static bool IsAccepted(SmtpReply reply) => ReplyRules.StatusOf(reply) == RecipientStatus.Sent;
}

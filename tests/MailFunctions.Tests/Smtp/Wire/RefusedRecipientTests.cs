using MailFunctions.Mail;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Tests.Smtp.Wire;

/// <summary>A refusal of one recipient, and what becomes of the others.</summary>
public sealed class RefusedRecipientTests
{
    /// <summary>MailKit itself ends a mail for everybody at a 530 to one RCPT.</summary>
    [Theory]
    [InlineData(true, "530 5.7.0 Authentication required")]
    [InlineData(false, "530 5.7.0 Authentication required")]
    [InlineData(false, "550 5.1.1 Unknown")]
    public async Task The_other_recipients_get_the_mail_whatever_reason_one_is_refused_for(bool chunking, string reply)
    {
        await using var server = Sessions.Server(chunking);
        server.Script = exchange => exchange is { Verb: "RCPT", LocalPart: "bob" } ? SmtpAction.Reply(reply) : null;
        await using var session = await Sessions.OpenAsync(Sessions.Relay(server));

        var result = await session.SendAsync(1);

        Assert.Equal(
            [RecipientStatus.Sent, reply.StartsWith("530", StringComparison.Ordinal) ? RecipientStatus.Deferred : RecipientStatus.Rejected],
            result.Recipients.Select(recipient => recipient.Status));
        Assert.Equal(["ada@example.com"], Assert.Single(server.Mails).Recipients);
    }
}

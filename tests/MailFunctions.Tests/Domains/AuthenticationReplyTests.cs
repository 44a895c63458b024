using MailFunctions.Domains;
using MailFunctions.Mail;

namespace MailFunctions.Tests.Domains;

public sealed class AuthenticationReplyTests
{
    [Theory]
    [InlineData(550, "5.7.515", "Access denied, sending domain example.com doesn't meet the required authentication level.", true)]
    [InlineData(550, "5.7.26", "This mail has been blocked because the sender is unauthenticated.", true)]
    [InlineData(421, "4.7.32", "Your email has been rate limited because the From: header isn't aligned.", true)]
    [InlineData(550, "5.7.1", "Rejected by policy: SPF fail", true)]
    [InlineData(550, "5.7.23", "SPF validation failed", true)]
    [InlineData(550, "5.7.1", "Relaying denied", false)]
    [InlineData(550, "5.1.1", "User unknown", false)]
    [InlineData(550, null, "5.7.26 Unauthenticated email from example.com is not accepted due to the domain's DMARC policy", true)]
    [InlineData(554, "5.7.9", "Message not accepted for policy reasons: DMARC", true)]
    [InlineData(452, "4.2.2", "Mailbox of spfmaster is full", false)]
    [InlineData(0, null, "The connection was closed", false)]
    public void Replies_about_authentication_are_recognized(int code, string? enhanced, string text, bool isOne) =>
        Assert.Equal(isOne, AuthenticationReply.Is(new SmtpReply(SmtpStage.FinalDot, code, enhanced, text)));
}

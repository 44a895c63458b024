using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Replies;

namespace MailFunctions.Tests.Smtp;

/// <summary>One row for every rule of docs/delivery.md's table of replies.</summary>
public sealed class ReplyRulesTests
{
    [Theory]
    [InlineData("MailFrom", 550, "5.7.1 Sender rejected", "Rejected")]
    [InlineData("MailFrom", 552, "5.3.4 Message size exceeds fixed limit", "Rejected")]
    [InlineData("MailFrom", 451, "4.3.0 Try later", "Deferred")]
    [InlineData("MailFrom", 421, "4.3.2 Closing", "Deferred")]
    [InlineData("MailFrom", 530, "5.7.0 Authentication required", "Deferred")]
    [InlineData("MailFrom", 534, "5.7.9 Mechanism too weak", "Deferred")]
    [InlineData("MailFrom", 535, "5.7.8 Credentials invalid", "Deferred")]
    [InlineData("MailFrom", 538, "5.7.11 Encryption required", "Deferred")]
    [InlineData("RcptTo", 250, "2.1.5 Ok", "Sent")]
    [InlineData("RcptTo", 251, "Will forward", "Sent")]
    [InlineData("RcptTo", 550, "5.1.1 No such user", "Rejected")]
    [InlineData("RcptTo", 550, "No such user", "Rejected")]
    [InlineData("RcptTo", 553, "5.6.7 Not ASCII", "Rejected")]
    [InlineData("RcptTo", 450, "4.2.0 Greylisted", "Deferred")]
    [InlineData("RcptTo", 452, "4.5.3 Too many recipients", "Deferred")]
    [InlineData("RcptTo", 552, "5.5.3 Too many recipients", "Deferred")]
    [InlineData("RcptTo", 552, "Too many recipients", "Deferred")]
    [InlineData("RcptTo", 552, "5.2.2 Mailbox full", "Rejected")]
    [InlineData("Data", 354, "Go ahead", "Deferred")]
    [InlineData("Data", 451, "4.7.1 Later", "Deferred")]
    [InlineData("Data", 554, "5.7.1 No", "Rejected")]
    [InlineData("Data", 0, "dropped", "Deferred")]
    [InlineData("FinalDot", 250, "2.0.0 Taken", "Sent")]
    [InlineData("FinalDot", 252, "Taken, I think", "Sent")]
    [InlineData("FinalDot", 421, "4.3.2 Closing", "Deferred")]
    [InlineData("FinalDot", 452, "4.2.2 Full", "Deferred")]
    [InlineData("FinalDot", 552, "5.3.4 Too big", "Rejected")]
    [InlineData("FinalDot", 554, "5.7.1 Spam", "Rejected")]
    [InlineData("FinalDot", 0, "dropped", "Uncertain")]
    [InlineData("FinalDot", 354, "Go on", "Uncertain")]
    [InlineData("FinalDot", 600, "?", "Uncertain")]
    [InlineData("Connect", 0, "refused", "Deferred")]
    [InlineData("Connect", 554, "5.7.1 Go away", "Deferred")]
    public void Each_reply_has_its_meaning(string stage, int code, string text, string status) =>
        Assert.Equal(Enum.Parse<RecipientStatus>(status), ReplyRules.StatusOf(ReplyRules.Read(Enum.Parse<SmtpStage>(stage), code, text)));

    [Theory]
    [InlineData(550, "5.1.1 No such user", "5.1.1", "No such user")]
    [InlineData(550, "5.1.1", "5.1.1", "")]
    [InlineData(450, "5.1.1 class does not fit", null, "5.1.1 class does not fit")]
    [InlineData(550, "5.1 not a code", null, "5.1 not a code")]
    [InlineData(550, "5.7.1 first line\r\n5.7.1 second line", "5.7.1", "first line 5.7.1 second line")]
    [InlineData(250, "2.0.0 Ok\tqueued\u0007as 1", "2.0.0", "Ok queued as 1")]
    public void The_enhanced_code_is_cut_off_the_text_and_the_text_is_one_clean_line(int code, string text, string? enhanced, string rest) =>
        Assert.Equal(new SmtpReply(SmtpStage.RcptTo, code, enhanced, rest), ReplyRules.Read(SmtpStage.RcptTo, code, text));

    [Theory]
    [InlineData(535, "5.7.8 Wrong password", "Relay mx is unreachable. Auth: 535 5.7.8 Wrong password")]
    [InlineData(535, "Wrong password", "Relay mx is unreachable. Auth: 535 Wrong password")]
    [InlineData(0, "No answer", "Relay mx is unreachable. Auth: No answer")]
    public void The_reason_of_an_unreachable_relay_contains_the_available_codes(int code, string text, string reason) =>
        Assert.Equal(reason, new RelayUnreachableException("mx", ReplyRules.Read(SmtpStage.Auth, code, text), inner: null).Reason);

    [Fact]
    public void A_stranger_s_text_is_shortened() =>
        Assert.Equal(1000, ReplyRules.Read(SmtpStage.RcptTo, 550, new string('x', 5000)).Text.Length);

    [Theory]
    [InlineData(450, "4.7.1 Greylisted, try again in 10 minutes", 600)]
    [InlineData(451, "Please try again after 300 seconds", 300)]
    [InlineData(421, "Come back in 2 hours", 7200)]
    [InlineData(450, "retry in 99999 hours", 21600)]
    [InlineData(450, "4.7.1 Recipient address rejected: Greylisted", 300)]
    [InlineData(450, "gray-listing in action", 300)]
    [InlineData(451, "4.3.0 Mail server temporarily unavailable", null)]
    [InlineData(550, "try again in 10 minutes", null)]
    [InlineData(450, "in 5 mailboxes", null)]
    public void A_delay_that_the_reply_names_is_read(int code, string text, int? seconds) =>
        Assert.Equal(seconds, (int?)RetryHint.Of(ReplyRules.Read(SmtpStage.RcptTo, code, text))?.TotalSeconds);
}

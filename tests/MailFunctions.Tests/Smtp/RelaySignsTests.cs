using MailFunctions.Ledger;
using MailFunctions.Smtp;

namespace MailFunctions.Tests.Smtp;

public sealed class RelaySignsTests
{
    /// <summary>What one recipient hears, and what it says of the relay. The enum is internal, so that its name stands for it.</summary>
    public static TheoryData<SmtpStage, int, string?, string> Replies => new()
    {
        { SmtpStage.FinalDot, 250, null, "Works" },
        { SmtpStage.RcptTo, 550, "5.1.1", "Works" },
        { SmtpStage.FinalDot, 554, "5.7.1", "Works" },
        { SmtpStage.Local, 553, "5.6.7", "Works" },
        { SmtpStage.RcptTo, 450, "4.7.1", "Defers" },
        { SmtpStage.MailFrom, 451, null, "Defers" },
        { SmtpStage.FinalDot, 452, null, "Defers" },
        { SmtpStage.MailFrom, 421, null, "Fails" },
        { SmtpStage.FinalDot, 421, null, "Fails" },
        { SmtpStage.MailFrom, 432, "4.3.2", "Fails" },
        { SmtpStage.RcptTo, 0, null, "Fails" },
        { SmtpStage.MailFrom, 530, "5.7.0", "RefusesCredentials" },
        { SmtpStage.MailFrom, 535, null, "RefusesCredentials" },
        { SmtpStage.FinalDot, 550, "5.7.30", "RefusesCredentials" },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_reply_to_a_mail_tells_about_its_relay(SmtpStage stage, int code, string? enhanced, string sign) =>
        Assert.Equal(sign, RelaySigns.Of(Result(new SmtpReply(stage, code, enhanced, ""))).ToString());

    [Theory]
    [InlineData(SmtpStage.Connect, 0, "Fails")]
    [InlineData(SmtpStage.Connect, 421, "Fails")]
    [InlineData(SmtpStage.Connect, 554, "Fails")]
    [InlineData(SmtpStage.Auth, 454, "Fails")]
    [InlineData(SmtpStage.Auth, 0, "Fails")]
    [InlineData(SmtpStage.Auth, 535, "RefusesCredentials")]
    [InlineData(SmtpStage.Auth, 504, "RefusesCredentials")]
    [InlineData(SmtpStage.Connect, 530, "RefusesCredentials")]
    public void So_does_how_it_keeps_us_out(SmtpStage stage, int code, string sign) =>
        Assert.Equal(sign, RelaySigns.Of(new RelayUnreachableException("relay", new SmtpReply(stage, code, null, ""), null)).ToString());

    [Fact]
    public void A_recipient_that_was_taken_outweighs_the_others() =>
        Assert.Equal(
            RelaySign.Works,
            RelaySigns.Of(Result(new SmtpReply(SmtpStage.RcptTo, 0, null, ""), new SmtpReply(SmtpStage.RcptTo, 450, null, ""), new SmtpReply(SmtpStage.FinalDot, 250, null, ""))));

    private static TransactionResult Result(params IEnumerable<SmtpReply> replies) =>
        new([.. replies.Select((reply, i) => new RecipientReply($"r{i}@example.com", ReplyRules.StatusOf(reply), reply))], 0, TimeSpan.Zero);
}

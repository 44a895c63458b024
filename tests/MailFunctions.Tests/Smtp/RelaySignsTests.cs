using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sessions;

namespace MailFunctions.Tests.Smtp;

public sealed class RelaySignsTests
{
    /// <summary>What one recipient hears, and what it says of the relay. The enum is internal, so that its name stands for it.</summary>
    public static TheoryData<string, int, string?, string> Replies => new()
    {
        { nameof(SmtpStage.FinalDot), 250, null, "Works" },
        { nameof(SmtpStage.RcptTo), 550, "5.1.1", "Works" },
        { nameof(SmtpStage.FinalDot), 554, "5.7.1", "Works" },
        { nameof(SmtpStage.Local), 553, "5.6.7", "Works" },
        { nameof(SmtpStage.RcptTo), 450, "4.7.1", "Defers" },
        { nameof(SmtpStage.MailFrom), 451, null, "Defers" },
        { nameof(SmtpStage.FinalDot), 452, null, "Defers" },
        { nameof(SmtpStage.MailFrom), 421, null, "Fails" },
        { nameof(SmtpStage.FinalDot), 421, null, "Fails" },
        { nameof(SmtpStage.MailFrom), 432, "4.3.2", "Fails" },
        { nameof(SmtpStage.RcptTo), 0, null, "Fails" },
        { nameof(SmtpStage.MailFrom), 530, "5.7.0", "RefusesUs" },
        { nameof(SmtpStage.MailFrom), 535, null, "RefusesUs" },
        { nameof(SmtpStage.MailFrom), 550, "5.7.30", "RefusesUs" },
        { nameof(SmtpStage.MailFrom), 550, "5.4.5", "RefusesUs" },
        { nameof(SmtpStage.MailFrom), 552, "5.3.4", "Works" },
        { nameof(SmtpStage.MailFrom), 550, "5.7.1", "RefusesSender" },
        { nameof(SmtpStage.MailFrom), 554, "5.2.252", "RefusesSender" },
        { nameof(SmtpStage.RcptTo), 530, null, "HintsAtUs" },
        { nameof(SmtpStage.FinalDot), 550, "5.7.30", "HintsAtUs" },
        { nameof(SmtpStage.FinalDot), 550, "5.4.5", "HintsAtUs" },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_reply_to_a_mail_determines_the_sign_of_its_relay(string stage, int code, string? enhanced, string sign) =>
        Assert.Equal(sign, RelaySigns.Of(Result(new SmtpReply(Enum.Parse<SmtpStage>(stage), code, enhanced, ""))).Sign.ToString());

    [Theory]
    [InlineData(nameof(SmtpStage.Connect), 0, "Fails")]
    [InlineData(nameof(SmtpStage.Connect), 421, "Fails")]
    [InlineData(nameof(SmtpStage.Connect), 554, "Fails")]
    [InlineData(nameof(SmtpStage.Auth), 454, "Fails")]
    [InlineData(nameof(SmtpStage.Auth), 0, "Fails")]
    [InlineData(nameof(SmtpStage.Auth), 535, "RefusesUs")]
    [InlineData(nameof(SmtpStage.Auth), 504, "RefusesUs")]
    [InlineData(nameof(SmtpStage.Connect), 530, "RefusesUs")]
    public void A_failed_connection_or_login_determines_the_sign_of_its_relay(string stage, int code, string sign) =>
        Assert.Equal(sign, RelaySigns.Of(new RelayUnreachableException("relay", new SmtpReply(Enum.Parse<SmtpStage>(stage), code, null, ""), null)).Sign.ToString());

    [Fact]
    public void A_recipient_that_was_sent_to_outweighs_the_others() =>
        Assert.Equal(
            RelaySign.Works,
            RelaySigns.Of(Result(new SmtpReply(SmtpStage.RcptTo, 0, null, ""), new SmtpReply(SmtpStage.RcptTo, 450, null, ""), new SmtpReply(SmtpStage.FinalDot, 250, null, ""))).Sign);

    [Fact]
    public void The_domains_of_a_sign_are_those_whose_recipients_got_its_reply()
    {
        SmtpReply unknown = new(SmtpStage.RcptTo, 550, "5.1.1", "No such user"), limit = new(SmtpStage.RcptTo, 550, "5.4.5", "Daily limit");
        var result = new TransactionResult(
            [.. new[] { ("a@one.example", unknown), ("b@two.example", limit), ("c@TWO.example", limit) }.Select(heard => new RecipientReply(heard.Item1, ReplyRules.StatusOf(heard.Item2), heard.Item2))], 0, TimeSpan.Zero);

        var sight = RelaySigns.Of(result);

        Assert.Equal((RelaySign.HintsAtUs, RelayCause.SendingLimit), (sight.Sign, sight.Cause));
        Assert.Equal(["two.example"], sight.Domains);
    }

    private static TransactionResult Result(params IEnumerable<SmtpReply> replies) =>
        new([.. replies.Select((reply, i) => new RecipientReply($"r{i}@example.com", ReplyRules.StatusOf(reply), reply))], 0, TimeSpan.Zero);
}

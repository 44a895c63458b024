using System.Globalization;
using MailFunctions.Mail;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sandbox;

namespace MailFunctions.Tests.Smtp;

/// <summary>Which refusals say that an address is wrong for good, which that it failed, and which say nothing about it.</summary>
public sealed class RecipientFailureTests
{
    [Theory]
    [InlineData("550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the address")]
    [InlineData("550 5.1.1 <x@example.com>: Recipient address rejected: User unknown in virtual mailbox table")]
    [InlineData("550 5.1.1 <anna@storage-box.example>: Recipient address rejected: User unknown")]
    [InlineData("550 5.1.1 spam@full.example: User unknown")]
    [InlineData("550 5.1.2 Bad destination host")]
    [InlineData("501 5.1.3 Bad recipient address syntax")]
    [InlineData("551 5.1.6 User has moved, no forwarding address")]
    [InlineData("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup")]
    [InlineData("556 5.1.10 Domain has null MX")]
    [InlineData("550 5.2.1 The email account that you tried to reach is disabled")]
    [InlineData("550 5.4.4 Host not found")]
    [InlineData("550 No such user here")]
    [InlineData("550 Requested action not taken: mailbox not found")]
    [InlineData("553 sorry, no mailbox here by that name")]
    [InlineData("550 Unknown user")]
    public void An_address_that_does_not_exist_is_a_hard_failure(string reply) =>
        Assert.Equal(RecipientFailureKind.Hard, RecipientFailure.Of(Read(reply, SmtpStage.RcptTo), isAlone: false));

    [Theory]
    [InlineData("450 4.2.1 The mailbox is busy")]
    [InlineData("450 4.1.1 Address lookup failed, try again")]
    [InlineData("451 4.4.4 Temporary lookup failure")]
    [InlineData("550 5.1.0 Address rejected")]
    [InlineData("550 5.4.1 Recipient address rejected: Access denied")]
    [InlineData("550 Requested action not taken: mailbox unavailable")]
    public void Other_refusals_of_a_recipient_are_soft_failures(string reply) =>
        Assert.Equal(RecipientFailureKind.Soft, RecipientFailure.Of(Read(reply, SmtpStage.RcptTo), isAlone: false));

    [Theory]
    [InlineData("552 5.2.2 The email account that you tried to reach is over quota")]
    [InlineData("452 4.2.2 Mailbox full")]
    [InlineData("550 5.2.1 Mailbox is full")]
    [InlineData("552 5.3.4 Message size exceeds fixed limit")]
    [InlineData("552 5.2.3 Message too large")]
    [InlineData("550 5.7.1 Message rejected due to local policy")]
    [InlineData("550 5.1.1 Blocked: see our policy page")]
    [InlineData("550 5.2.1 The user you are trying to contact is receiving mail too quickly")]
    [InlineData("450 4.7.1 Greylisted")]
    [InlineData("550 5.7.515 Access denied, sending domain does not meet the required authentication level")]
    [InlineData("550 5.7.26 Unauthenticated email is not accepted")]
    [InlineData("554 5.7.1 Service unavailable; Client host blocked using zen.spamhaus.org")]
    [InlineData("554 5.7.1 Relay access denied")]
    [InlineData("550 5.4.5 Daily user sending limit exceeded")]
    [InlineData("452 4.5.3 Too many recipients")]
    [InlineData("550 High probability of spam")]
    public void Full_mailboxes_sizes_policies_limits_and_blocks_say_nothing_about_an_address(string reply) =>
        Assert.Null(RecipientFailure.Of(Read(reply, SmtpStage.RcptTo), isAlone: true));

    [Theory]
    [InlineData(nameof(SmtpStage.FinalDot), true, true)]
    [InlineData(nameof(SmtpStage.Data), true, true)]
    [InlineData(nameof(SmtpStage.FinalDot), false, false)]
    [InlineData(nameof(SmtpStage.MailFrom), true, false)]
    [InlineData(nameof(SmtpStage.Connect), true, false)]
    [InlineData(nameof(SmtpStage.Local), true, false)]
    public void A_reply_to_the_content_means_a_recipient_who_is_alone(string stage, bool isAlone, bool isHard) =>
        Assert.Equal(isHard ? RecipientFailureKind.Hard : null, RecipientFailure.Of(Read("550 5.1.1 User unknown", Enum.Parse<SmtpStage>(stage)), isAlone));

    /// <summary>So it is the sandbox that keeps them off the list, and not their reply.</summary>
    [Fact]
    public void The_reply_of_a_test_address_that_bounces_is_one_of_an_unknown_user() =>
        Assert.Equal(RecipientFailureKind.Hard, RecipientFailure.Of(TestAddress.ReplyOf("bounced@sandbox.test", 1), isAlone: true));

    private static SmtpReply Read(string reply, SmtpStage stage) =>
        ReplyRules.Read(stage, int.Parse(reply[..3], CultureInfo.InvariantCulture), reply[4..]);
}

using MailFunctions.Mail;
using MailFunctions.Maintenance.Erasure;

namespace MailFunctions.Tests.Maintenance.Erasure;

public sealed class ErasedTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly Recipient Ada = new("Ada@Example.com", RecipientKind.To, RecipientStatus.Rejected, 1, new SmtpReply(SmtpStage.RcptTo, 550, "5.1.1", "<Ada@Example.com> no such user"));
    private static readonly Recipient Bob = new("bob@example.com", RecipientKind.Cc, RecipientStatus.Sent, 1, new SmtpReply(SmtpStage.FinalDot, 250, null, "Stored"));

    [Fact]
    public void An_erased_row_keeps_only_the_outcome_and_the_domain_of_the_recipient()
    {
        var erased = Erased.Row(Row(Ada, Bob), "ada@example.com", Now);

        Assert.Equal(
            [new Recipient("(erased)@Example.com", RecipientKind.To, RecipientStatus.Rejected, 1, new SmtpReply(SmtpStage.RcptTo, 550, "5.1.1", "(erased)")), Bob],
            erased.Recipients);
        Assert.Equal(("", "Erased via the API.", Now), (erased.Subject, erased.Reason, erased.ContentPurgedAt));
        Assert.Null(erased.Content);
        Assert.False(Erased.Names(erased, "ada@example.com"));
    }

    [Fact]
    public void A_reply_about_another_recipient_is_erased_only_if_it_mentions_the_address()
    {
        var mentions = Bob with { Reply = new SmtpReply(SmtpStage.FinalDot, 250, null, "Queued, but ADA@example.com was refused") };

        var erased = Erased.Row(Row(Ada, mentions), "ada@example.com", Now);

        Assert.Equal(new SmtpReply(SmtpStage.FinalDot, 250, null, "(erased)"), erased.Recipients[1].Reply);
    }

    [Theory]
    [InlineData("jose\u0301@example.com")]
    [InlineData("JOS\u00C9@example.com")]
    [InlineData("\uFF4Aos\u00E9@example.com")]
    public void Every_spelling_of_the_address_is_erased(string stored)
    {
        var recipient = Ada with { Mailbox = stored, Reply = null };
        var mentions = Bob with { Reply = new SmtpReply(SmtpStage.FinalDot, 250, null, $"Not to <{stored}>") };
        var sought = MailboxForm.Comparable("Jos\u00E9@example.com");

        var erased = Erased.Row(Row(recipient, mentions), sought, Now);

        Assert.Equal(("(erased)@example.com", "(erased)"), (erased.Recipients[0].Mailbox, erased.Recipients[1].Reply!.Text));
    }

    [Fact]
    public void No_mailbox_is_spelt_like_an_erased_one() =>
        Assert.False(AddressParser.TryParse(Erased.Row(Row(Ada), "ada@example.com", Now).Recipients[0].Mailbox, out _, out _));

    [Fact]
    public void A_mail_with_other_recipients_does_not_name_the_address_only()
    {
        Assert.True(Erased.NamesOnly(Row(Ada), "ada@example.com"));
        Assert.False(Erased.NamesOnly(Row(Ada, Bob), "ada@example.com"));
        Assert.True(Erased.Names(Row(Bob, Ada), "ada@example.com"));
    }

    private static LedgerRow Row(params IReadOnlyList<Recipient> recipients) => new()
    {
        Id = EmailId.Mint(Now)[0],
        State = EmailState.Partial,
        Lane = Lane.Bulk,
        Sender = "shop@example.org",
        Subject = "Dear Ada",
        Reason = "RcptTo: 550 5.1.1 <Ada@Example.com> no such user",
        AcceptedAt = Now,
        ExpiresAt = Now,
        Recipients = recipients,
        Content = new StoredContent([1], null),
    };
}

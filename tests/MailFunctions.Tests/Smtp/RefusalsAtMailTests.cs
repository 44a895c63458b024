using MailFunctions.Mail;
using MailFunctions.Smtp.Replies;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Smtp;

public sealed class RefusalsAtMailTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly RefusalsAtMail _refusals;
    private readonly IReadOnlyList<EmailId> _mails;

    public RefusalsAtMailTests() => (_refusals, _mails) = (new RefusalsAtMail(5, _clock), EmailId.Mint(_clock.GetUtcNow(), 200));

    [Fact]
    public void A_lone_mail_is_refused_at_once() => Assert.True(_refusals.Refused(_mails[0], isAlone: true));

    [Fact]
    public void Mails_that_share_a_refusal_are_not_refused_individually()
    {
        Assert.All(_mails, mail => Assert.False(_refusals.Refused(mail, isAlone: false)));
        Assert.True(_refusals.IsShared);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.All(_mails, mail => Assert.False(_refusals.Refused(mail, isAlone: true)));
    }

    [Fact]
    public void A_lone_mail_is_not_refused_at_once_just_after_another_was_accepted()
    {
        _refusals.Accepted();
        Assert.False(_refusals.Refused(_mails[0], isAlone: true));
    }

    [Fact]
    public void A_mail_that_others_have_overtaken_again_and_again_is_refused_for_its_own_sake()
    {
        for (var i = 0; i < 2; i++)
        {
            _refusals.Accepted();
            Assert.False(_refusals.Refused(_mails[0], isAlone: false));
        }

        _refusals.Accepted();
        Assert.True(_refusals.Refused(_mails[0], isAlone: false));
        Assert.False(_refusals.IsShared);
    }

    [Fact]
    public void A_refusal_shared_by_few_mails_counts_after_ten_minutes()
    {
        Assert.False(_refusals.Refused(_mails[0], isAlone: false));
        Assert.False(_refusals.Refused(_mails[1], isAlone: false));
        _clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.False(_refusals.Refused(_mails[0], isAlone: false));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_refusals.Refused(_mails[0], isAlone: false));
    }
}

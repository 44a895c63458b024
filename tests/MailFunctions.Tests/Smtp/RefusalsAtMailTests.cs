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
    public void A_mail_that_nobody_can_be_compared_with_is_refused_at_once() => Assert.True(_refusals.Refused(_mails[0], isAlone: true));

    [Fact]
    public void Of_many_mails_none_is_refused_for_its_own_sake()
    {
        Assert.All(_mails, mail => Assert.False(_refusals.Refused(mail, isAlone: false)));
        Assert.True(_refusals.IsShared);
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.All(_mails, mail => Assert.False(_refusals.Refused(mail, isAlone: true)));
    }

    [Fact]
    public void Where_mail_went_through_a_moment_ago_even_a_single_mail_is_not_refused_at_once()
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
    public void A_few_mails_are_refused_when_nobody_else_has_met_the_same_for_ten_minutes()
    {
        Assert.False(_refusals.Refused(_mails[0], isAlone: false));
        Assert.False(_refusals.Refused(_mails[1], isAlone: false));
        _clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.False(_refusals.Refused(_mails[0], isAlone: false));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_refusals.Refused(_mails[0], isAlone: false));
    }
}

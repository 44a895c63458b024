using CsCheck;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Smtp;

public sealed class RelayBreakerTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly RelayBreaker _breaker;
    private readonly IReadOnlyList<EmailId> _mails;

    public RelayBreakerTests() => (_breaker, _mails) = (new RelayBreaker(5, _clock), EmailId.Mint(_clock.GetUtcNow(), 10));

    [Fact]
    public void It_opens_after_failures_in_a_row_that_different_mails_saw()
    {
        Fail(0, 1, 2, 0);
        Assert.True(_breaker.TryPass());

        Assert.True(_breaker.Record(RelaySign.Fails, _mails[1]));

        Assert.False(_breaker.TryPass());
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(30), _breaker.OpenUntil);
    }

    [Fact]
    public void One_bad_mail_does_not_open_it_however_often_it_is_tried()
    {
        Fail([.. Enumerable.Repeat(0, 50)]);
        Fail([.. Enumerable.Repeat(1, 50)]);

        Assert.True(_breaker.TryPass());
        Assert.Null(_breaker.OpenUntil);
    }

    [Fact]
    public void A_mail_that_goes_through_begins_the_count_anew()
    {
        Fail(0, 1, 2, 3);
        _breaker.Record(RelaySign.Works, _mails[4]);
        Fail(0, 1, 2, 3);

        Assert.True(_breaker.TryPass());
    }

    [Fact]
    public void Deferrals_open_it_only_when_five_different_mails_in_a_row_see_them()
    {
        foreach (var i in (int[])[0, 1, 2, 3, 0, 1, 2, 3])
            Assert.False(_breaker.Record(RelaySign.Defers, _mails[i]));

        Assert.True(_breaker.Record(RelaySign.Defers, _mails[4]));
        Assert.False(_breaker.TryPass());
    }

    [Fact]
    public void A_relay_that_refuses_us_opens_it_at_once()
    {
        Assert.True(_breaker.Record(RelaySign.RefusesUs, _mails[0]));
        Assert.False(_breaker.TryPass());
    }

    [Fact]
    public void What_a_recipient_s_server_may_have_said_opens_it_only_by_three_domains()
    {
        foreach (var mail in _mails)
            Assert.False(_breaker.Record(RelaySign.HintsAtUs, mail, ["hostile.example"]));
        Assert.False(_breaker.Record(RelaySign.HintsAtUs, _mails[0], ["HOSTILE.example", "second.example"]));

        Assert.True(_breaker.Record(RelaySign.HintsAtUs, _mails[1], ["third.example"]));
    }

    [Fact]
    public void One_mail_opens_it_for_nobody_else_however_many_domains_its_recipients_have()
    {
        for (var i = 0; i < 20; i++)
            Assert.False(_breaker.Record(RelaySign.HintsAtUs, _mails[0], ["one.example", "two.example", "three.example", "four.example"]));

        Assert.True(_breaker.TryPass());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_relay_that_answers_the_probe_again_is_used_whatever_a_recipient_s_server_has_against_that_mail(bool defers)
    {
        Fail(0, 1, 2, 3, 4);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(_breaker.TryPass());

        Assert.False(_breaker.Record(defers ? RelaySign.Defers : RelaySign.HintsAtUs, _mails[0], ["slow.example"]));

        Assert.Null(_breaker.OpenUntil);
    }

    [Fact]
    public void Deferrals_of_one_domain_do_not_open_it_however_many_mails_see_them()
    {
        foreach (var mail in _mails)
            Assert.False(_breaker.Record(RelaySign.Defers, mail, ["slow.example"]));
        Assert.False(_breaker.Record(RelaySign.Defers, _mails[0], ["second.example"]));

        Assert.True(_breaker.Record(RelaySign.Defers, _mails[1], ["third.example"]));
    }

    [Fact]
    public void A_mail_that_goes_through_begins_the_count_of_domains_anew()
    {
        _breaker.Record(RelaySign.HintsAtUs, _mails[0], ["one.example", "two.example"]);
        _breaker.Record(RelaySign.Works, _mails[1]);

        Assert.False(_breaker.Record(RelaySign.HintsAtUs, _mails[2], ["three.example"]));
    }

    [Fact]
    public void After_the_wait_one_probe_is_let_through_and_its_success_closes_it()
    {
        Fail(0, 1, 2, 3, 4);
        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.True(_breaker.TryPass());
        Assert.False(_breaker.TryPass());
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(5), _breaker.OpenUntil);
        _breaker.Record(RelaySign.Works, _mails[0]);

        Assert.True(_breaker.TryPass());
        Assert.Null(_breaker.OpenUntil);
    }

    [Fact]
    public void A_failed_probe_doubles_the_wait_up_to_five_minutes()
    {
        Fail(0, 1, 2, 3, 4);
        foreach (var seconds in (int[])[30, 60, 120, 240, 300, 300])
        {
            Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(seconds), _breaker.OpenUntil);
            _clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Assert.False(_breaker.TryPass());
            _clock.Advance(TimeSpan.FromTicks(1));
            Assert.True(_breaker.TryPass());
            Assert.True(_breaker.Record(RelaySign.Fails, _mails[0]));
        }
    }

    [Fact]
    public void What_was_in_flight_when_it_opened_does_not_lengthen_the_wait()
    {
        Fail(0, 1, 2, 3, 4);
        Fail(5, 6, 7, 8, 9);

        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(30), _breaker.OpenUntil);
    }

    [Fact]
    public void A_probe_of_which_nothing_is_heard_does_not_keep_it_closed_for_good()
    {
        Fail(0, 1, 2, 3, 4);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(_breaker.TryPass());

        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.True(_breaker.TryPass());
    }

    [Fact]
    public void Whatever_happens_it_lets_somebody_through_within_the_longest_wait() =>
        Gen.Select(Gen.Enum<RelaySign>(), Gen.Int[0, 9], Gen.Int[0, 90]).Array[0, 60].Sample(history =>
        {
            var clock = new FakeTimeProvider(_clock.GetUtcNow());
            var breaker = new RelayBreaker(5, clock);
            foreach (var (sign, mail, seconds) in history)
            {
                clock.Advance(TimeSpan.FromSeconds(seconds));
                if (breaker.TryPass())
                    breaker.Record(sign, _mails[mail]);
            }

            clock.Advance(TimeSpan.FromMinutes(5));
            Assert.True(breaker.TryPass());
        });

    private void Fail(params int[] mails)
    {
        foreach (var mail in mails)
            _breaker.Record(RelaySign.Fails, _mails[mail]);
    }
}

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
    public void The_circuit_opens_after_consecutive_failures_of_different_mails()
    {
        Fail(0, 1, 2, 0);
        Assert.True(_breaker.TryPass());

        Assert.True(_breaker.Record(RelaySign.Fails, _mails[1]));

        Assert.False(_breaker.TryPass());
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(30), _breaker.OpenUntil);
    }

    [Fact]
    public void The_circuit_is_not_opened_by_two_mails_however_often_they_fail()
    {
        Fail([.. Enumerable.Repeat(0, 50)]);
        Fail([.. Enumerable.Repeat(1, 50)]);

        Assert.True(_breaker.TryPass());
        Assert.Null(_breaker.OpenUntil);
    }

    [Fact]
    public void A_sent_mail_resets_the_count_of_failures()
    {
        Fail(0, 1, 2, 3);
        _breaker.Record(RelaySign.Works, _mails[4]);
        Fail(0, 1, 2, 3);

        Assert.True(_breaker.TryPass());
    }

    [Fact]
    public void The_circuit_opens_after_deferrals_of_five_different_mails()
    {
        foreach (var i in (int[])[0, 1, 2, 3, 0, 1, 2, 3])
            Assert.False(_breaker.Record(RelaySign.Defers, _mails[i]));

        Assert.True(_breaker.Record(RelaySign.Defers, _mails[4]));
        Assert.False(_breaker.TryPass());
    }

    [Fact]
    public void A_relay_that_refuses_us_has_its_circuit_opened_at_once()
    {
        Assert.True(_breaker.Record(RelaySign.RefusesUs, _mails[0]));
        Assert.False(_breaker.TryPass());
    }

    [Fact]
    public void Replies_that_may_come_from_recipients_servers_open_the_circuit_only_across_three_domains()
    {
        foreach (var mail in _mails)
            Assert.False(_breaker.Record(RelaySign.HintsAtUs, mail, ["hostile.example"]));
        Assert.False(_breaker.Record(RelaySign.HintsAtUs, _mails[0], ["HOSTILE.example", "second.example"]));

        Assert.True(_breaker.Record(RelaySign.HintsAtUs, _mails[1], ["third.example"]));
    }

    [Fact]
    public void The_circuit_is_not_opened_by_one_mail_with_recipients_of_many_domains()
    {
        for (var i = 0; i < 20; i++)
            Assert.False(_breaker.Record(RelaySign.HintsAtUs, _mails[0], ["one.example", "two.example", "three.example", "four.example"]));

        Assert.True(_breaker.TryPass());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_probe_that_is_deferred_or_refused_for_its_recipient_closes_the_circuit(bool defers)
    {
        Fail(0, 1, 2, 3, 4);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(_breaker.TryPass());

        Assert.False(_breaker.Record(defers ? RelaySign.Defers : RelaySign.HintsAtUs, _mails[0], ["slow.example"]));

        Assert.Null(_breaker.OpenUntil);
    }

    [Fact]
    public void The_circuit_opens_by_deferrals_only_if_several_domains_see_them()
    {
        foreach (var mail in _mails)
            Assert.False(_breaker.Record(RelaySign.Defers, mail, ["slow.example"]));
        Assert.False(_breaker.Record(RelaySign.Defers, _mails[0], ["second.example"]));

        Assert.True(_breaker.Record(RelaySign.Defers, _mails[1], ["third.example"]));
    }

    [Fact]
    public void A_sent_mail_resets_the_count_of_domains()
    {
        _breaker.Record(RelaySign.HintsAtUs, _mails[0], ["one.example", "two.example"]);
        _breaker.Record(RelaySign.Works, _mails[1]);

        Assert.False(_breaker.Record(RelaySign.HintsAtUs, _mails[2], ["three.example"]));
    }

    [Fact]
    public void A_single_probe_is_let_through_after_the_wait_and_success_closes_the_circuit()
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
    public void Failures_of_mails_already_in_flight_do_not_lengthen_the_wait()
    {
        Fail(0, 1, 2, 3, 4);
        Fail(5, 6, 7, 8, 9);

        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromSeconds(30), _breaker.OpenUntil);
    }

    [Fact]
    public void A_probe_without_a_recorded_result_is_followed_by_another()
    {
        Fail(0, 1, 2, 3, 4);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(_breaker.TryPass());

        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.True(_breaker.TryPass());
    }

    [Fact]
    public void A_mail_is_let_through_within_the_longest_wait_after_any_history() =>
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

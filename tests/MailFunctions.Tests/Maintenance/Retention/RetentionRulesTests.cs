using MailFunctions.Mail;
using MailFunctions.Maintenance.Retention;

namespace MailFunctions.Tests.Maintenance.Retention;

public sealed class RetentionRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData(0, false, Disposal.Keep, 7)]
    [InlineData(6, false, Disposal.Keep, 1)]
    [InlineData(7, false, Disposal.DropContent, 23)]
    [InlineData(29, false, Disposal.DropContent, 1)]
    [InlineData(7, true, Disposal.Keep, 23)]
    [InlineData(30, true, Disposal.Keep, 0)]
    [InlineData(31, true, Disposal.Delete, null)]
    [InlineData(31, false, Disposal.Delete, null)]
    public void Mail_in_a_final_state_is_disposed_of_by_the_time_since_its_end(int daysAgo, bool isBare, object disposal, int? lookAgainInDays)
    {
        var ended = Now.AddDays(-daysAgo);
        var row = Row(EmailState.Sent) with { EndedAt = ended, ContentPurgedAt = isBare ? ended.AddDays(7) : null };

        Assert.Equal(((Disposal)disposal, lookAgainInDays is { } days ? Now.AddDays(days) : null), Rules().Of(row));
    }

    [Fact]
    public void Mail_that_ended_before_the_bound_is_deleted_and_later_mail_is_kept()
    {
        var (rules, bound) = (Rules(), Now.AddDays(-30));

        Assert.Equal(Disposal.Delete, rules.Of(Row(EmailState.Failed) with { EndedAt = bound - Moment }).Disposal);
        Assert.Equal(Disposal.DropContent, rules.Of(Row(EmailState.Failed) with { EndedAt = bound }).Disposal);
    }

    [Fact]
    public void Expired_mail_that_is_still_needed_loses_only_its_content_and_is_rechecked_soon()
    {
        var rules = new RetentionRules(new RetentionOptions(), Now, Now.AddDays(-34));
        var row = Row(EmailState.Sent) with { EndedAt = Now.AddDays(-33) };

        Assert.Equal((Disposal.DropContent, Now + RetentionRules.UntilNotNeeded), rules.Of(row));
        Assert.Equal((Disposal.Keep, Now + RetentionRules.UntilNotNeeded), rules.Of(row with { ContentPurgedAt = Now }));
        Assert.Equal(Disposal.Delete, rules.Of(row with { EndedAt = Now.AddDays(-35) }).Disposal);
    }

    [Fact]
    public void Mail_in_no_final_state_is_kept_at_any_age_and_rechecked_in_time()
    {
        foreach (var state in Enum.GetValues<EmailState>().Where(state => !state.IsFinal()))
        {
            Assert.Equal((Disposal.Keep, Now.AddDays(7)), Rules().Of(Row(state) with { EndedAt = Now.AddYears(-5) }));
            Assert.Equal((Disposal.Keep, Now.AddDays(30)), Rules(content: 180, ledger: 400).Of(Row(state) with { EndedAt = Now.AddYears(-5) }));
        }
    }

    [Theory]
    [InlineData(0, 30, "Content")]
    [InlineData(181, 3650, "Content")]
    [InlineData(7, 6, "Ledger")]
    [InlineData(7, 3651, "Ledger")]
    public void A_time_out_of_bounds_stops_the_start_with_the_name_of_its_setting(int content, int ledger, string setting)
    {
        var options = new RetentionOptions { Content = TimeSpan.FromDays(content), Ledger = TimeSpan.FromDays(ledger) };

        var failure = Assert.Single(new RetentionOptionsValidator().Validate(null, options).Failures!);
        Assert.StartsWith($"MailFunctions:Retention:{setting} is ", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_get_coarser_with_age_and_never_finer()
    {
        var options = new RetentionOptions { HourStatistics = TimeSpan.FromDays(29), DayStatistics = TimeSpan.FromDays(28) };

        Assert.Equal(2, new RetentionOptionsValidator().Validate(null, options).Failures!.Count());
        Assert.True(new RetentionOptionsValidator().Validate(null, new RetentionOptions()).Succeeded);
    }

    private static RetentionRules Rules(int content = 7, int ledger = 30) =>
        new(new RetentionOptions { Content = TimeSpan.FromDays(content), Ledger = TimeSpan.FromDays(ledger) }, Now, Now.AddDays(-ledger));

    private static LedgerRow Row(EmailState state) => new()
    {
        Id = EmailId.Mint(Now.AddYears(-5))[0],
        State = state,
        Lane = Lane.Bulk,
        Sender = "shop@example.org",
        AcceptedAt = Now.AddYears(-5),
        ExpiresAt = Now,
    };
}

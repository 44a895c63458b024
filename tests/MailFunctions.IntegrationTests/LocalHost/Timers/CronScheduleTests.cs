using System.Globalization;
using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Timers;

namespace MailFunctions.IntegrationTests.LocalHost.Timers;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("0 * * * * *", "2026-11-23T10:00:00Z", "2026-11-23T10:01:00Z")]
    [InlineData("30 * * * * *", "2026-11-23T10:00:00Z", "2026-11-23T10:00:30Z")]
    [InlineData("*/10 * * * * *", "2026-11-23T10:00:05.5Z", "2026-11-23T10:00:10Z")]
    [InlineData("0 0 3 * * *", "2026-11-23T10:00:00Z", "2026-11-24T03:00:00Z")]
    [InlineData("0 30 9 * * Mon-Fri", "2026-11-27T10:00:00Z", "2026-11-30T09:30:00Z")]
    [InlineData("0 0 0 29 2 *", "2026-11-23T10:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 0 3 * * *", "2026-11-23T04:30:00+02:00", "2026-11-23T03:00:00Z")]
    public void Six_fields_are_read_in_UTC_seconds_first(string expression, string moment, string next)
    {
        var schedule = CronSchedule.Parse(expression, "Test");

        Assert.Equal(At(next), schedule.NextAfter(At(moment)));
    }

    [Theory]
    [InlineData("* * * * *")]
    [InlineData("60 * * * * *")]
    [InlineData("00:05:00")]
    [InlineData("")]
    public void An_expression_that_is_not_NCRONTAB_is_refused_with_its_function_name(string expression)
    {
        var refused = Assert.Throws<CannotStartException>(() => CronSchedule.Parse(expression, "Test"));

        Assert.StartsWith($"Function Test: '{expression}' is not a six-field NCRONTAB", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0 * * * * *", true)]
    [InlineData("*/30 * * * * *", false)]
    [InlineData("* * * * * *", false)]
    public void Only_schedules_of_a_minute_and_more_are_monitored(string expression, bool expected)
    {
        Assert.Equal(expected, CronSchedule.Parse(expression, "Test").IsMonitored(At("2026-11-23T10:00:00Z")));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}

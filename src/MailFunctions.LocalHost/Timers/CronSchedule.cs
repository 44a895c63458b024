using NCrontab;

namespace MailFunctions.LocalHost.Timers;

/// <summary>A six-field NCRONTAB expression, in UTC.</summary>
internal sealed class CronSchedule
{
    private static readonly TimeSpan ShortestMonitored = TimeSpan.FromMinutes(1);
    private readonly CrontabSchedule _crontab;

    private CronSchedule(CrontabSchedule crontab) => _crontab = crontab;

    /// <exception cref="CannotStartException">The text is not an expression of six fields.</exception>
    public static CronSchedule Parse(string expression, string function) =>
        CrontabSchedule.TryParse(expression, new CrontabSchedule.ParseOptions { IncludingSeconds = true }) is { } crontab
            ? new CronSchedule(crontab)
            : throw new CannotStartException($"Function {function}: '{expression}' is not a six-field NCRONTAB expression ({{second}} {{minute}} {{hour}} {{day}} {{month}} {{day of week}}).");

    public DateTimeOffset NextAfter(DateTimeOffset moment) =>
        new(DateTime.SpecifyKind(_crontab.GetNextOccurrence(moment.UtcDateTime), DateTimeKind.Utc));

    /// <summary>False for schedules that run more often than once a minute: the host keeps no status of them.</summary>
    public bool IsMonitored(DateTimeOffset from)
    {
        var first = NextAfter(from);
        return NextAfter(first) - first >= ShortestMonitored;
    }
}

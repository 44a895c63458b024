namespace MailFunctions.Keys.Quotas;

/// <summary>A period over which a quota counts: a minute or a day of UTC, by the storage service's clock.</summary>
internal enum QuotaWindow
{
    Minute,
    Day,
}

internal static class QuotaWindows
{
    public static readonly IReadOnlyList<QuotaWindow> All = [QuotaWindow.Minute, QuotaWindow.Day];

    public static string Name(this QuotaWindow window) => window == QuotaWindow.Minute ? "minute" : "day";

    public static TimeSpan Length(this QuotaWindow window) => window == QuotaWindow.Minute ? TimeSpan.FromMinutes(1) : TimeSpan.FromDays(1);

    /// <summary>Returns the beginning of the window that a time is in.</summary>
    public static DateTimeOffset StartOf(this QuotaWindow window, DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % window.Length().Ticks), TimeSpan.Zero);
}

using Microsoft.Extensions.Logging;

namespace MailFunctions.Statistics;

/// <summary>Event ids 600 to 699.</summary>
internal static partial class Log
{
    [LoggerMessage(600, LogLevel.Debug, "Compiled {Minutes} minutes: {Written} rows written, {Deleted} deleted")]
    public static partial void StatisticsCompiled(ILogger logger, int minutes, int written, int deleted);

    [LoggerMessage(601, LogLevel.Warning, "Statistics are {Behind} behind after {Minutes} minutes compiled; the next run continues")]
    public static partial void StatisticsBehind(ILogger logger, TimeSpan behind, int minutes);

    [LoggerMessage(602, LogLevel.Warning, "The marker {RowKey} names no minute; it was removed")]
    public static partial void UnreadableMarker(ILogger logger, string rowKey);
}

namespace MailFunctions.Contracts;

/// <summary>The length of a bucket of the statistics.</summary>
public static class StatisticsGranularity
{
    public const string Minute = "minute";

    public const string Hour = "hour";

    public const string Day = "day";
}

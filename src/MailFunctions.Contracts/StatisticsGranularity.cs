namespace MailFunctions.Contracts;

/// <summary>How long a bucket of the statistics is.</summary>
public static class StatisticsGranularity
{
    public const string Minute = "minute";

    public const string Hour = "hour";

    public const string Day = "day";
}

namespace MailFunctions.Contracts;

/// <summary>The dimensions of the statistics.</summary>
public static class StatisticsDimension
{
    public const string Total = "total";

    public const string Lane = "lane";

    public const string Relay = "relay";

    /// <summary>The domains of the recipients.</summary>
    public const string Domain = "domain";

    public const string Tag = "tag";
}

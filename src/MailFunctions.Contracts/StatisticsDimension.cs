namespace MailFunctions.Contracts;

/// <summary>What the statistics are told by.</summary>
public static class StatisticsDimension
{
    public const string Total = "total";

    public const string Lane = "lane";

    public const string Relay = "relay";

    /// <summary>Of the recipients.</summary>
    public const string Domain = "domain";

    public const string Tag = "tag";
}

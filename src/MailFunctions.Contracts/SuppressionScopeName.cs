namespace MailFunctions.Contracts;

/// <summary>Which mail an address must not get.</summary>
public static class SuppressionScopeName
{
    public const string All = "all";

    /// <summary>Mail of the lane transactional still goes there.</summary>
    public const string Bulk = "bulk";
}

namespace MailFunctions.Contracts;

/// <summary>The mail that an address must not get.</summary>
public static class SuppressionScopeName
{
    public const string All = "all";

    /// <summary>Bulk mail only; transactional mail is still sent.</summary>
    public const string Bulk = "bulk";
}

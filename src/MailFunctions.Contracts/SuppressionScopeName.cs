namespace MailFunctions.Contracts;

/// <summary>The mail that an address must not get: all, or bulk mail only, so that transactional mail is still sent.</summary>
[Schema("SuppressionScope")]
public static class SuppressionScopeName
{
    public const string All = "all";

    /// <summary>Bulk mail only; transactional mail is still sent.</summary>
    public const string Bulk = "bulk";
}

namespace MailFunctions.Suppression;

/// <summary>An address that must not be mailed.</summary>
/// <param name="Address">Normalised, as <see cref="SuppressionKey.Normalise"/> has it.</param>
/// <param name="CreatedAt">When it was put there; putting it again replaces this, too.</param>
/// <param name="ExpiresAt">From this moment it stops nothing; null when it is for good.</param>
/// <param name="Note">A person's own words; null when there are none.</param>
internal sealed record SuppressionEntry(
    string Address, SuppressionReason Reason, SuppressionScope Scope, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string? Note)
{
    private readonly SuppressionKey? _key;

    /// <summary>Where it stands in the table; of what an earlier version wrote, not always the key that the address has today.</summary>
    public SuppressionKey Key
    {
        get => _key ?? SuppressionKey.Of(Address);
        init => _key = value;
    }

    public bool IsInForce(DateTimeOffset now) => ExpiresAt is null || ExpiresAt > now;
}

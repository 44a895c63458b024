namespace MailFunctions.Suppression;

/// <summary>An address that must not be mailed.</summary>
/// <param name="Address">Normalised by <see cref="SuppressionKey.Normalise"/>.</param>
/// <param name="CreatedAt">The time at which it was stored; storing it again replaces this, too.</param>
/// <param name="ExpiresAt">The time from which it stops nothing; null when it never expires.</param>
/// <param name="Note">The operator's or caller's own words, or what the app saw; null when there are none.</param>
internal sealed record SuppressionEntry(
    string Address, SuppressionReason Reason, SuppressionScope Scope, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, string? Note)
{
    private readonly SuppressionKey? _key;

    /// <summary>The id of the mail whose failure made the app store it; null for an entry of a caller. A success removes it again.</summary>
    public string? Mail { get; init; }

    /// <summary>The topic that alone it stops; null when it stops all mail of its scope.</summary>
    public string? Topic { get; init; }

    /// <summary>Its key in the table; an entry of an earlier version may have another key than the address has today.</summary>
    public SuppressionKey Key
    {
        get => _key ?? (Topic is null ? SuppressionKey.Of(Address) : SuppressionKey.OfTopic(Address, Topic));
        init => _key = value;
    }

    public bool IsInForce(DateTimeOffset now) => ExpiresAt is null || ExpiresAt > now;
}

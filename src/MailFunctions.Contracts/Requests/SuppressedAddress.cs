namespace MailFunctions.Contracts;

/// <summary>The body of <c>PUT suppressions/{address}</c>.</summary>
public record SuppressionTerms
{
    /// <summary>One of <see cref="SuppressionReasonName"/>; manual when absent.</summary>
    public string? Reason { get; init; }

    /// <summary>One of <see cref="SuppressionScopeName"/>; all when absent.</summary>
    public string? Scope { get; init; }

    /// <summary>The end of the entry, in the future; absent for a permanent entry.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>A note of your own; at most 500 characters.</summary>
    public string? Note { get; init; }
}

/// <summary>An address that must not be mailed.</summary>
/// <param name="Address">The address without a display name.</param>
public sealed record SuppressedAddress(string Address) : SuppressionTerms;

/// <summary>The body of <c>POST suppressions</c>.</summary>
/// <param name="Suppressions">At most <see cref="MaxSuppressions"/>.</param>
public sealed record SuppressionImport(IReadOnlyList<SuppressedAddress> Suppressions)
{
    public const int MaxSuppressions = 10_000;
}

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace MailFunctions.Contracts;

/// <summary>The body of <c>PUT suppressions/{address}</c>.</summary>
[Schema("Suppression")]
public record SuppressionTerms
{
    /// <summary>One of <see cref="SuppressionReasonName"/>; manual when absent.</summary>
    [Words(typeof(SuppressionReasonName)), DefaultValue(SuppressionReasonName.Manual)]
    public string? Reason { get; init; }

    /// <summary>One of <see cref="SuppressionScopeName"/>; all when absent.</summary>
    [Words(typeof(SuppressionScopeName)), DefaultValue(SuppressionScopeName.All)]
    public string? Scope { get; init; }

    /// <summary>
    /// The topic whose mail alone is stopped, of the lanes of the scope; absent for an entry that stops all mail of its scope. 1 to 64
    /// lower-case letters, digits, underscores and dashes.
    /// </summary>
    [Length(1, 64)]
    [Schema(Rules = """{"pattern": "^[a-z0-9_-]+$"}""")]
    public string? Topic { get; init; }

    /// <summary>The end of the entry, in the future, from which on it has no effect; absent for a permanent entry.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>A note of your own; at most 500 characters.</summary>
    [MaxLength(500)]
    public string? Note { get; init; }
}

/// <summary>An address that must not be mailed.</summary>
/// <param name="Address">The address without a display name.</param>
[Schema("ListedSuppression")]
public sealed record SuppressedAddress([MaxLength(1024)] string Address) : SuppressionTerms;

/// <summary>The body of <c>POST suppressions</c>.</summary>
/// <param name="Suppressions">At most <see cref="MaxSuppressions"/>. Of several entries for one address, or one address and topic, the last counts.</param>
[Schema("SuppressionImport")]
public sealed record SuppressionImport([MaxLength(SuppressionImport.MaxSuppressions)] IReadOnlyList<SuppressedAddress> Suppressions)
{
    public const int MaxSuppressions = 10_000;
}

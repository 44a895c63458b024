using System.ComponentModel.DataAnnotations;

namespace MailFunctions.Contracts;

/// <summary>The body of <c>PUT pauses/{kind}/{name}</c>.</summary>
/// <param name="Reason">One sentence for those who ask why mail waits; at most 200 characters.</param>
[Schema("PauseTerms")]
public sealed record PauseTerms([MaxLength(200)] string Reason)
{
    /// <summary>The time, in the future, at which the pause ends by itself; absent if a call is to end it.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

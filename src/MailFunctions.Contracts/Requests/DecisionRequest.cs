namespace MailFunctions.Contracts;

/// <summary>The body of <c>POST emails/{id}/resolve</c>.</summary>
/// <param name="As">One of <see cref="DecisionName"/>.</param>
public sealed record DecisionRequest(string As);

/// <summary>The body of <c>POST emails/requeue</c> and <c>POST emails/discard</c>: a mail that fits all that is set is decided about.</summary>
/// <param name="State">
/// <see cref="EmailStatus.Dead"/> or <see cref="EmailStatus.Uncertain"/>; to requeue also <see cref="EmailStatus.Failed"/>,
/// <see cref="EmailStatus.Expired"/> or <see cref="EmailStatus.Partial"/>.
/// </param>
/// <param name="Lane">One of <see cref="EmailLane"/>; both when absent.</param>
/// <param name="DryRun">Counts only.</param>
public sealed record BulkDecisionRequest(string State, string? Lane = null, bool DryRun = true)
{
    /// <summary>Accepted at it or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Accepted before it.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The id of the batch that it was accepted in.</summary>
    public string? Batch { get; init; }

    /// <summary>The name of the relay of its last attempt.</summary>
    public string? Relay { get; init; }

    /// <summary>The last reply code of a recipient who has not got it, such as 550; 0: no reply.</summary>
    public int? Code { get; init; }

    /// <summary>The same for the enhanced status code (RFC 3463), such as <c>5.4.5</c>.</summary>
    public string? EnhancedCode { get; init; }

    /// <summary>What an earlier call with the same filters gave as <see cref="BulkAnswer.After"/>.</summary>
    public string? After { get; init; }
}

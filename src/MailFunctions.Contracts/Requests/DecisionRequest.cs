namespace MailFunctions.Contracts;

/// <summary>The body of <c>POST emails/{id}/resolve</c>.</summary>
/// <param name="As">One of <see cref="DecisionName"/>.</param>
public sealed record DecisionRequest(string As);

/// <summary>The body of <c>POST emails/requeue</c> and <c>POST emails/discard</c>: selects the mails that match every filter set.</summary>
/// <param name="State">
/// <see cref="EmailStatus.Dead"/> or <see cref="EmailStatus.Uncertain"/>; to requeue also <see cref="EmailStatus.Failed"/>,
/// <see cref="EmailStatus.Expired"/> or <see cref="EmailStatus.Partial"/>.
/// </param>
/// <param name="Lane">One of <see cref="EmailLane"/>; both when absent.</param>
/// <param name="DryRun">True to count only.</param>
public sealed record BulkDecisionRequest(string State, string? Lane = null, bool DryRun = true)
{
    /// <summary>Selects mails accepted at or after this time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Selects mails accepted before this time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The id of the batch in which the mail was accepted.</summary>
    public string? Batch { get; init; }

    /// <summary>The name of the relay of its last attempt.</summary>
    public string? Relay { get; init; }

    /// <summary>The last reply code of a recipient that has not got the mail, such as 550; 0 for no reply.</summary>
    public int? Code { get; init; }

    /// <summary>The last enhanced status code of such a recipient (RFC 3463), such as <c>5.4.5</c>.</summary>
    public string? EnhancedCode { get; init; }

    /// <summary>The <see cref="BulkAnswer.After"/> of an earlier call with the same filters.</summary>
    public string? After { get; init; }
}

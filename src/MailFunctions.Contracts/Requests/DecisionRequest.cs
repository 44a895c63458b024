namespace MailFunctions.Contracts;

/// <summary>The body of <c>POST emails/{id}/resolve</c>.</summary>
/// <param name="As">One of <see cref="DecisionName"/>.</param>
public sealed record DecisionRequest(string As);

/// <summary>The body of <c>POST emails/requeue</c> and <c>POST emails/discard</c>.</summary>
/// <param name="State"><see cref="EmailStatus.Dead"/> or <see cref="EmailStatus.Uncertain"/>.</param>
/// <param name="Lane">One of <see cref="EmailLane"/>; both when absent.</param>
/// <param name="DryRun">Counts only.</param>
public sealed record BulkDecisionRequest(string State, string? Lane, bool DryRun);

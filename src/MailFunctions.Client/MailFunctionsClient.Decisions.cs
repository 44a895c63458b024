using MailFunctions.Client.Calls;

namespace MailFunctions.Client;

/// <remarks>
/// A decision that sends mail is not repeated when its answer is lost, nor after a 5xx: by then the mail may be on hold
/// again and need a new decision. <see cref="GetAsync"/> returns its state. When the answer to another decision is lost,
/// the next try is refused as <see cref="ProblemName.InvalidState"/>, since the email needs no decision any more.
/// </remarks>
public sealed partial class MailFunctionsClient
{
    /// <summary><c>POST emails/{id}/resolve</c>: decides about the recipients of an email that is uncertain.</summary>
    /// <param name="decision">One of <see cref="DecisionName"/>.</param>
    public Task<ChangedAnswer> ResolveAsync(string id, string decision, CancellationToken cancellationToken = default) => _caller.CallAsync(
        (new ApiCall(HttpMethod.Post, $"emails/{Id(id)}/resolve") { OnlyOnce = decision == DecisionName.Retry }).With(new DecisionRequest(decision), ContractsJson.Default.DecisionRequest), ContractsJson.Default.ChangedAnswer, cancellationToken);

    /// <summary>
    /// <c>POST emails/{id}/requeue</c>: retries an email that is dead, failed, expired or partial, for the recipients who
    /// have not got it. Refused as <see cref="ProblemName.InvalidState"/> once its content is purged.
    /// </summary>
    public Task<ChangedAnswer> RequeueAsync(string id, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(new ApiCall(HttpMethod.Post, $"emails/{Id(id)}/requeue") { OnlyOnce = true }, ContractsJson.Default.ChangedAnswer, cancellationToken);

    /// <summary><c>POST emails/{id}/discard</c>: discards an email that is dead or uncertain.</summary>
    public Task<ChangedAnswer> DiscardAsync(string id, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(new ApiCall(HttpMethod.Post, $"emails/{Id(id)}/discard"), ContractsJson.Default.ChangedAnswer, cancellationToken);

    /// <summary><c>POST emails/requeue</c>: retries all that match, up to 1,000.</summary>
    /// <param name="state">
    /// <see cref="EmailStatus.Dead"/>, <see cref="EmailStatus.Failed"/>, <see cref="EmailStatus.Expired"/>,
    /// <see cref="EmailStatus.Partial"/>, or <see cref="EmailStatus.Uncertain"/>, which may send duplicates.
    /// </param>
    /// <param name="lane">One of <see cref="EmailLane"/>; both when absent.</param>
    /// <param name="dryRun">True: only counts them.</param>
    public Task<BulkAnswer> RequeueManyAsync(string state, string? lane = null, bool dryRun = true, CancellationToken cancellationToken = default) =>
        RequeueManyAsync(new BulkDecisionRequest(state, lane, dryRun), cancellationToken);

    /// <summary>
    /// Does the same with filters by time, batch, relay and reply code. Call it again with
    /// <see cref="BulkAnswer.After"/> while there is more.
    /// </summary>
    public Task<BulkAnswer> RequeueManyAsync(BulkDecisionRequest decision, CancellationToken cancellationToken = default) =>
        DecideAsync(new ApiCall(HttpMethod.Post, "emails/requeue") { OnlyOnce = !decision.DryRun }, decision, cancellationToken);

    /// <summary><c>POST emails/discard</c>: discards all that match, up to 1,000.</summary>
    /// <param name="state"><see cref="EmailStatus.Dead"/> or <see cref="EmailStatus.Uncertain"/>.</param>
    /// <param name="lane">One of <see cref="EmailLane"/>; both when absent.</param>
    /// <param name="dryRun">True: only counts them.</param>
    public Task<BulkAnswer> DiscardManyAsync(string state, string? lane = null, bool dryRun = true, CancellationToken cancellationToken = default) =>
        DiscardManyAsync(new BulkDecisionRequest(state, lane, dryRun), cancellationToken);

    /// <summary>
    /// Does the same with filters by time, batch, relay and reply code. Call it again with
    /// <see cref="BulkAnswer.After"/> while there is more.
    /// </summary>
    public Task<BulkAnswer> DiscardManyAsync(BulkDecisionRequest decision, CancellationToken cancellationToken = default) =>
        DecideAsync(new ApiCall(HttpMethod.Post, "emails/discard"), decision, cancellationToken);

    /// <summary>
    /// <c>POST recipients/erase</c>: erases one recipient from mail that has ended, a part with each call. Call it again
    /// with <see cref="ErasureAnswer.After"/> until it is complete.
    /// </summary>
    public Task<ErasureAnswer> EraseRecipientAsync(RecipientErasure erasure, CancellationToken cancellationToken = default) => _caller.CallAsync(
        new ApiCall(HttpMethod.Post, "recipients/erase").With(erasure, ContractsJson.Default.RecipientErasure), ContractsJson.Default.ErasureAnswer, cancellationToken);

    /// <summary><c>GET statistics</c>: returns counts by minute, hour or day.</summary>
    public Task<StatisticsAnswer> GetStatisticsAsync(StatisticsRange? range = null, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(new ApiCall(HttpMethod.Get, (range ?? new StatisticsRange()).ToPath()), ContractsJson.Default.StatisticsAnswer, cancellationToken);

    /// <summary><c>GET domains/{domain}/check</c>: returns what receivers find in DNS about mail from a domain, and the records to publish.</summary>
    /// <param name="domain">The domain of senders, in Unicode or in A-labels.</param>
    public Task<DomainCheckAnswer> CheckDomainAsync(string domain, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(new ApiCall(HttpMethod.Get, $"domains/{ApiCall.Segment(domain)}/check"), ContractsJson.Default.DomainCheckAnswer, cancellationToken);

    /// <summary>
    /// <c>POST timers/{name}/run</c>: runs a timer once, now, and returns when the run has ended. Refused as
    /// <see cref="ProblemName.TimerRunning"/> while it runs.
    /// </summary>
    /// <param name="name">The name of a timer, such as <c>Dispatch</c>.</param>
    public Task<TimerRunAnswer> RunTimerAsync(string name, CancellationToken cancellationToken = default) =>
        _caller.CallAsync(new ApiCall(HttpMethod.Post, $"timers/{ApiCall.Segment(name)}/run"), ContractsJson.Default.TimerRunAnswer, cancellationToken);

    private Task<BulkAnswer> DecideAsync(ApiCall call, BulkDecisionRequest decision, CancellationToken cancellationToken) =>
        _caller.CallAsync(call.With(decision, ContractsJson.Default.BulkDecisionRequest), ContractsJson.Default.BulkAnswer, cancellationToken);
}

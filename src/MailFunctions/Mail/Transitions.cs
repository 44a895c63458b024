using System.Collections.Frozen;

namespace MailFunctions.Mail;

/// <summary>
/// Defines the legal steps of an email's state. Every write of a state to the ledger passes through <see cref="Require"/>.
/// </summary>
internal static class Transitions
{
    private static readonly FrozenDictionary<EmailState, FrozenSet<EmailState>> Next = new Dictionary<EmailState, EmailState[]>
    {
        [EmailState.Scheduled] = [EmailState.Scheduled, EmailState.Queued, EmailState.Sending, EmailState.Deferred, EmailState.Expired, EmailState.Canceled, EmailState.Suppressed, EmailState.Dead],
        [EmailState.Queued] = [EmailState.Queued, EmailState.Sending, EmailState.Deferred, EmailState.Uncertain, EmailState.Expired, EmailState.Canceled, EmailState.Suppressed, EmailState.Sent, EmailState.Partial, EmailState.Failed, EmailState.Dead],
        [EmailState.Sending] = [EmailState.Sending, EmailState.Deferred, EmailState.Uncertain, EmailState.Sent, EmailState.Partial, EmailState.Failed, EmailState.Expired, EmailState.Dead],
        [EmailState.Deferred] = [EmailState.Deferred, EmailState.Sending, EmailState.Uncertain, EmailState.Expired, EmailState.Canceled, EmailState.Suppressed, EmailState.Sent, EmailState.Partial, EmailState.Failed, EmailState.Dead],
        [EmailState.Uncertain] = [EmailState.Deferred, EmailState.Sent, EmailState.Partial, EmailState.Failed, EmailState.Expired, EmailState.Discarded],
        [EmailState.Dead] = [EmailState.Queued, EmailState.Discarded],
        [EmailState.Partial] = [EmailState.Queued],
        [EmailState.Failed] = [EmailState.Queued],
        [EmailState.Expired] = [EmailState.Queued],
    }.ToFrozenDictionary(pair => pair.Key, pair => pair.Value.ToFrozenSet());

    public static IReadOnlySet<EmailState> From(EmailState state) =>
        Next.TryGetValue(state, out var next) ? next : FrozenSet<EmailState>.Empty;

    public static bool IsLegal(EmailState from, EmailState to) => From(from).Contains(to);

    /// <exception cref="InvalidOperationException">The step is not legal: a bug in the caller.</exception>
    public static EmailState Require(EmailState from, EmailState to) =>
        IsLegal(from, to) ? to : throw Illegal(from, to);

    /// <summary>
    /// Checks the step of a correction (rule 4): the state after a lost attempt is replaced by the state after its real outcome.
    /// Apart from a requeue, only this step changes a final state, and only one that was concluded without the outcome: by the
    /// policy assume_sent, or because the mail expired.
    /// </summary>
    /// <exception cref="InvalidOperationException">The step is not legal: a bug in the caller.</exception>
    public static EmailState RequireCorrection(EmailState from, EmailState to) => IsLegalCorrection(from, to) ? to : throw Illegal(from, to);

    public static bool IsLegalCorrection(EmailState from, EmailState to) =>
        from is EmailState.Queued or EmailState.Deferred or EmailState.Uncertain or EmailState.Dead or EmailState.Sent or EmailState.Partial or EmailState.Failed or EmailState.Expired
        && to is EmailState.Deferred or EmailState.Uncertain or EmailState.Sent or EmailState.Partial or EmailState.Failed or EmailState.Expired;

    private static InvalidOperationException Illegal(EmailState from, EmailState to) => new($"An email that is {from.Name()} cannot become {to.Name()}.");
}

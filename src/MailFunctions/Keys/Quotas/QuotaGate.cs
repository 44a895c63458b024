using System.Collections.Concurrent;
using MailFunctions.Storage;

namespace MailFunctions.Keys.Quotas;

/// <summary>Judges submissions by the quotas of the key, the sender domains and the app, over all instances.</summary>
/// <remarks>
/// Thread safe. Without a limit for a submission there is no call to storage. With one, an instance reads and writes the
/// row of a scope when its share is used up or five minutes old, and at the first mail of a window: none for most mails of
/// a flow, and two a minute and scope for a trickle.
/// </remarks>
internal sealed class QuotaGate(QuotaPolicy policy, QuotaTable table, TimeProvider clock) : IDisposable
{
    private readonly ConcurrentDictionary<QuotaScope, ScopeQuota> _scopes = new();
    private readonly ChargingProcess _process = new();

    /// <summary>Tests whether any limit concerns the mail of a caller; where none does, nothing need be counted.</summary>
    /// <param name="holders">The caller's API key and its makers; none for other callers.</param>
    public bool Concerns(IReadOnlyList<QuotaHolder> holders) => policy.Concerns(holders);

    /// <summary>Charges a submission to all its scopes, or to none.</summary>
    public async Task<QuotaDecision> ChargeAsync(QuotaDemand demand, CancellationToken cancellationToken)
    {
        var charges = new List<QuotaCharge>();
        QuotaStanding? tightest = null;
        try
        {
            foreach (var (scope, limits, cost) in policy.Of(demand))
            {
                var answer = await ScopeOf(scope).ChargeAsync(limits, cost, cancellationToken);
                if (answer.Refusal is { } refusal)
                {
                    QuotaDecision.GiveBack(charges);
                    return new QuotaDecision([], refusal.Standing, refusal);
                }

                charges.Add(answer.Charge!);
                tightest = answer.Standings.Prepend(tightest).OfType<QuotaStanding>().MinBy(standing => (double)standing.Remaining / standing.Limit);
            }
        }
        catch
        {
            QuotaDecision.GiveBack(charges);
            throw;
        }

        var number = charges.Count == 0 ? 0 : _process.NextCharge();
        return new QuotaDecision(charges, tightest, Refusal: null)
        {
            Marks = charges.Count == 0 ? null : [.. demand.Mails.Select(mail => new QuotaMark(_process.Token, number, mail.Cost.Bytes))],
        };
    }

    /// <summary>Gives back what this process holds for nothing.</summary>
    /// <param name="all">True to give back all, before the process ends.</param>
    /// <exception cref="AggregateException">Contains all failures; one scope's does not keep the shares of the others.</exception>
    public Task ReturnAsync(bool all, CancellationToken cancellationToken) =>
        TimerJobs.RunAllAsync(_scopes.Keys.Select(name => (Func<CancellationToken, Task>)(token => ReturnAsync(name, all, token))), cancellationToken);

    public void Dispose()
    {
        foreach (var scope in _scopes.Values)
            scope.Dispose();
    }

    private async Task ReturnAsync(QuotaScope name, bool all, CancellationToken cancellationToken)
    {
        if (!_scopes.TryGetValue(name, out var scope))
            return;
        await scope.ReturnAsync(all, cancellationToken);
        if (scope.IsUnused)
            _scopes.TryRemove(name, out _);
    }

    private ScopeQuota ScopeOf(QuotaScope scope) => _scopes.GetOrAdd(
        scope, static (name, made) => new ScopeQuota(name, made._process, made.table, made.clock), (_process, table, clock));
}

/// <summary>The decision about a submission.</summary>
/// <param name="Standing">The limit that is nearest to its end, or the one that refuses; null when nothing limits the caller.</param>
/// <param name="Refusal">Null when the submission is charged.</param>
internal sealed record QuotaDecision(IReadOnlyList<QuotaCharge> Charges, QuotaStanding? Standing, QuotaRefusal? Refusal)
{
    /// <summary>The decision about mail that no limit concerns.</summary>
    public static readonly QuotaDecision Free = new([], Standing: null, Refusal: null);

    /// <summary>The marks for the rows of the mails, in their order; null when nothing was charged.</summary>
    public IReadOnlyList<QuotaMark>? Marks { get; init; }

    /// <summary>Gives back what was charged. To be called only when it is certain that no mail was accepted for it.</summary>
    public void GiveBack() => GiveBack(Charges);

    public static void GiveBack(IEnumerable<QuotaCharge> charges)
    {
        foreach (var charge in charges)
            charge.GiveBack();
    }
}

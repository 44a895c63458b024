using MailFunctions.Http;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger.Scans;
using MailFunctions.Mail;
using MailFunctions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Api.Held;

/// <summary>Decides about many mails at once: those that are on hold, and those that ended without being sent.</summary>
public sealed class HeldMailBulkActions
{
    /// <summary>The most mails that one call decides about; the answer tells whether there may be more.</summary>
    private const int MaxDecisions = 1000;

    private const int PageSize = 100;
    private const int AtOnce = 8;

    /// <summary>The time after which no further page begins; on Azure the host ends a call after 230 s.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(60);

    private readonly HeldList _held;
    private readonly LedgerList _ledger;
    private readonly HeldMailActions _resolver;
    private readonly Requeuer _requeuer;
    private readonly TimeProvider _clock;
    private readonly ILogger<HeldMailBulkActions> _logger;

    internal HeldMailBulkActions(HeldList held, LedgerList ledger, HeldMailActions resolver, Requeuer requeuer, TimeProvider clock, ILogger<HeldMailBulkActions> logger) =>
        (_held, _ledger, _resolver, _requeuer, _clock, _logger) = (held, ledger, resolver, requeuer, clock, logger);

    /// <summary>
    /// <c>POST emails/requeue</c> and <c>POST emails/discard</c>: counts the matching mails, and changes them only when
    /// <c>dry_run</c> is false.
    /// </summary>
    public async Task<IResult> DecideAsync(HttpRequest request, bool requeue, Caller caller, CancellationToken cancellationToken)
    {
        var read = await DecisionReader.ReadManyAsync(request, requeue, cancellationToken);
        if (!read.Succeeded)
            return read.Problem.ToResult();

        var decision = read.Value with { Query = read.Value.Query with { IsVisible = caller.Sees } };
        var tally = new BulkTally(decision.DryRun);
        var started = _clock.GetTimestamp();
        string? after;
        do
        {
            var query = decision.Query with { Limit = Math.Min(PageSize, MaxDecisions - tally.Matched) };
            var page = query.AwaitsPerson ? await _held.ReadAsync(query, cancellationToken) : await _ledger.ReadAsync(query, cancellationToken);
            await DecideAsync(page.Rows, decision, requeue, tally, cancellationToken);
            after = page.After;
            if (after is not null)
                decision.TryGoOn(after, out decision);
        }
        while (after is not null && tally.Matched < MaxDecisions && _clock.GetElapsedTime(started) < MaxTime);

        var answer = tally.ToAnswer(after);
        if (requeue && !answer.DryRun)
            _logger.Requeued(answer.Done, string.Join(',', decision.Query.States.Select(state => state.Name())), answer.Matched - answer.Done);
        return new JsonResult<BulkAnswer>(answer, ContractsJson.Default.BulkAnswer);
    }

    private async Task DecideAsync(IReadOnlyList<LedgerRow> rows, BulkDecision decision, bool requeue, BulkTally tally, CancellationToken cancellationToken)
    {
        if (decision.DryRun)
        {
            foreach (var row in rows)
                tally.Add(row, (requeue ? _requeuer.RefusalOf(row, decision.Query.Reply) : null) ?? Requeue.Done);
            return;
        }

        await Parallel.ForEachAsync(rows, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (row, token) =>
            tally.Add(row, requeue ? await _requeuer.TryAsync(row, decision.Query.Reply, token) : await _resolver.TryDiscardAsync(row, token)));
    }
}

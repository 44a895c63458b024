using MailFunctions.Http;
using MailFunctions.Ledger;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Resolution;

/// <summary>Decides about many of the mails that await a person at once.</summary>
public sealed class HeldResolver
{
    /// <summary>What one call decides about at most; the answer says whether there is more.</summary>
    private const int MaxDecisions = 1000;

    private readonly HeldMails _held;
    private readonly Resolver _resolver;

    internal HeldResolver(HeldMails held, Resolver resolver) => (_held, _resolver) = (held, resolver);

    /// <summary><c>POST emails/requeue</c> and <c>POST emails/discard</c>: counts what fits, and does it only when <c>dry_run</c> is false.</summary>
    public async Task<IResult> DecideAsync(HttpRequest request, bool requeue, CancellationToken cancellationToken)
    {
        var read = await DecisionReader.ReadManyAsync(request, cancellationToken);
        if (!read.Succeeded)
            return read.Problem.ToResult();

        var (state, lane, dryRun) = read.Value;
        var (matched, done) = (0, 0);
        await foreach (var (_, row) in _held.WalkAsync([state], null, cancellationToken))
        {
            if (row is null || (lane ?? row.Lane) != row.Lane)
                continue;
            if (matched == MaxDecisions)
                return Answer(more: true);
            matched++;
            if (!dryRun && await _resolver.TryDecideAsync(row, requeue, cancellationToken))
                done++;
        }

        return Answer(more: false);

        JsonResult<BulkAnswer> Answer(bool more) => new(new BulkAnswer(dryRun, matched, done, more), ContractsJson.Default.BulkAnswer);
    }
}

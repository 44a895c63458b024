using System.Text.Json;
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
        BulkDecision? decision;
        try
        {
            decision = await JsonSerializer.DeserializeAsync(request.Body, ResolutionJson.Default.BulkDecision, cancellationToken);
        }
        catch (JsonException exception)
        {
            return Problem.InvalidJson(exception.Message).ToResult();
        }

        var errors = new List<ProblemError>();
        var state = ReadState(decision?.State, error => errors.Add(new ProblemError(error, Pointer: "/state")));
        var lane = ReadLane(decision?.Lane, error => errors.Add(new ProblemError(error, Pointer: "/lane")));
        if (errors.Count > 0)
            return Problem.Validation(errors).ToResult();

        var dryRun = decision?.DryRun ?? true;
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

        JsonResult<BulkAnswer> Answer(bool more) => new(new BulkAnswer(dryRun, matched, done, more), ResolutionJson.Default.BulkAnswer);
    }

    private static EmailState ReadState(string? text, Action<string> refuse)
    {
        switch (text)
        {
            case "dead":
                return EmailState.Dead;
            case "uncertain":
                return EmailState.Uncertain;
            default:
                refuse("takes dead or uncertain: the states that await a person");
                return default;
        }
    }

    private static Lane? ReadLane(string? text, Action<string> refuse)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (!LaneNames.TryParse(text, out var lane))
            refuse("takes transactional or bulk");
        return lane;
    }
}

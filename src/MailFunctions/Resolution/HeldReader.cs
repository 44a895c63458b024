using System.Globalization;
using System.Text.Json;
using MailFunctions.Http;
using MailFunctions.Ledger;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Resolution;

/// <summary>Lists the mails that await a person, newest first, and decides about many of them at once.</summary>
public sealed class HeldReader
{
    private const int DefaultPage = 50;
    private const int MaxPage = 200;

    /// <summary>What one call decides about at most; the answer says whether there is more.</summary>
    private const int MaxDecisions = 1000;

    private readonly HeldIndex _held;
    private readonly EmailLedger _ledger;
    private readonly Resolver _resolver;

    internal HeldReader(HeldIndex held, EmailLedger ledger, Resolver resolver) => (_held, _ledger, _resolver) = (held, ledger, resolver);

    /// <summary><c>GET emails?state=dead|uncertain&amp;lane&amp;limit&amp;after</c>.</summary>
    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new List<ProblemError>();
        var state = ReadState(request.Query["state"], error => errors.Add(new ProblemError(error, Parameter: "state")));
        var lane = ReadLane(request.Query["lane"], error => errors.Add(new ProblemError(error, Parameter: "lane")));
        var limit = DefaultPage;
        if (request.Query["limit"] is [{ Length: > 0 } text] && !(int.TryParse(text, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxPage))
            errors.Add(new ProblemError($"takes 1 to {MaxPage}", Parameter: "limit"));
        if (errors.Count > 0)
            return Problem.Validation(errors).ToResult();

        var emails = new List<HeldAnswer>(limit);
        string? after = request.Query["after"];
        await foreach (var (entry, row) in WalkAsync(state, lane, after, cancellationToken))
        {
            if (emails.Count == limit)
                return Page(emails, after);
            emails.Add(HeldAnswer.Of(row));
            after = entry.RowKey;
        }

        return Page(emails, null);

        static JsonResult<HeldPage> Page(IReadOnlyList<HeldAnswer> emails, string? after) => new(new HeldPage(emails, after), ResolutionJson.Default.HeldPage);
    }

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
        await foreach (var (_, row) in WalkAsync(state, lane, null, cancellationToken))
        {
            if (matched == MaxDecisions)
                return Answer(more: true);
            matched++;
            if (!dryRun && await _resolver.TryDecideAsync(row, requeue, cancellationToken))
                done++;
        }

        return Answer(more: false);

        JsonResult<BulkAnswer> Answer(bool more) => new(new BulkAnswer(dryRun, matched, done, more), ResolutionJson.Default.BulkAnswer);
    }

    /// <summary>The mails that are in the state now; entries that lost their meaning are removed on the way.</summary>
    private async IAsyncEnumerable<(HeldEntry Entry, LedgerRow Row)> WalkAsync(
        EmailState state, Lane? lane, string? after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<EmailId>();
        while (await _held.ReadAsync(state, after, 100, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var entry in page)
            {
                var row = await _ledger.ReadAsync(entry.Id, cancellationToken);
                // An entry is written before its row is: a young one may still come true.
                if (row is null || row.State.IsFinal())
                    await _held.RemoveAsync(entry, cancellationToken);
                else if (row.State == state && row.Lane == (lane ?? row.Lane) && seen.Add(row.Id))
                    yield return (entry, row);
            }

            after = page[^1].RowKey;
        }
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

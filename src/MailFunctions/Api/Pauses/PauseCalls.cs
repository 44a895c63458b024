using System.Globalization;
using MailFunctions.Http;
using MailFunctions.Keys.Audit;
using MailFunctions.Keys.Callers;
using MailFunctions.Keys.Pauses;
using MailFunctions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Api.Pauses;

/// <summary>The calls that pause and resume API keys, senders and lanes.</summary>
public sealed class PauseCalls
{
    private readonly PauseTable _table;
    private readonly PauseList _list;
    private readonly PauseRequestReader _reader;
    private readonly TimeProvider _clock;
    private readonly ILogger<PauseCalls> _logger;

    internal PauseCalls(PauseTable table, PauseList list, PauseRequestReader reader, TimeProvider clock, ILogger<PauseCalls> logger) =>
        (_table, _list, _reader, _clock, _logger) = (table, list, reader, clock, logger);

    /// <summary><c>GET pauses</c>: all that are in force, the newest first.</summary>
    public async Task<IResult> ListAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var pauses = (await _table.ListAsync(cancellationToken)).Where(pause => pause.IsInForce(now)).OrderByDescending(pause => pause.Since);
        return new JsonResult<PausePage>(new PausePage([.. pauses.Select(AnswerOf)]), ContractsJson.Default.PausePage);
    }

    /// <summary><c>PUT pauses/{kind}/{name}</c>: pauses the target, or replaces its pause.</summary>
    public async Task<IResult> PutAsync(string kind, string name, Caller caller, HttpRequest request, CancellationToken cancellationToken)
    {
        var target = await _reader.ReadTargetAsync(kind, name, cancellationToken);
        if (!target.Succeeded)
            return target.Problem.ToResult();
        var terms = await _reader.ReadTermsAsync(request, cancellationToken);
        if (!terms.Succeeded)
            return terms.Problem.ToResult();

        var (paused, now) = (target.Value.Target, _clock.GetUtcNow());
        var standing = await _table.ListAsync(cancellationToken);
        if (standing.Count >= PauseTable.MostPauses && standing.All(pause => pause.Target != paused))
            return Problem.WrongParameters([new ProblemError(Full, Parameter: "name")]).ToResult();
        var pause = new Pause(paused, terms.Value.Reason, await caller.WhoAsync(cancellationToken), now, terms.Value.ExpiresAt);
        await _table.PutAsync(pause, cancellationToken);
        _list.Forget();
        _logger.Paused(kind, paused.Alias, pause.EndsAt);
        return new JsonResult<PauseAnswer>(AnswerOf(pause), ContractsJson.Default.PauseAnswer);
    }

    /// <summary><c>DELETE pauses/{kind}/{name}</c>: resumes the target.</summary>
    public async Task<IResult> DeleteAsync(string kind, string name, CancellationToken cancellationToken)
    {
        var target = PauseRequestReader.ReadTarget(kind, name);
        if (!target.Succeeded)
            return target.Problem.ToResult();
        if (!await _table.RemoveAsync(target.Value.Target, cancellationToken))
            return Problem.NotFound("There is no pause of this kind and name.").ToResult();
        _list.Forget();
        _logger.Resumed(kind, target.Value.Target.Alias);
        return Results.NoContent();
    }

    private static string Full => string.Create(CultureInfo.InvariantCulture, $"would be one more than the {PauseTable.MostPauses} pauses that there may be; resume those that are not needed");

    private static PauseAnswer AnswerOf(Pause pause) => new(pause.Target.Kind.Name(), pause.Target.Name, pause.Reason, pause.By, pause.Since, pause.EndsAt);
}

using MailFunctions.Http;
using MailFunctions.Keys.Audit;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Audit;

/// <summary>The calls that read the audit trail.</summary>
public sealed class AuditCalls
{
    private readonly AuditPages _pages;
    private readonly AuditTable _table;
    private readonly TimeProvider _clock;

    internal AuditCalls(AuditPages pages, AuditTable table, TimeProvider clock) => (_pages, _table, _clock) = (pages, table, clock);

    /// <summary><c>GET audit?from&amp;to&amp;who&amp;call&amp;target&amp;result&amp;limit&amp;after</c>: one page, the newest entry first.</summary>
    public async Task<IResult> ListAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var query = AuditQueryReader.Read(request.Query);
        if (!query.Succeeded)
            return query.Problem.ToResult();
        var slice = await _pages.ReadAsync(query.Value, cancellationToken);
        return new JsonResult<AuditPage>(new AuditPage([.. slice.Entries.Select(AnswerOf)], slice.After?.RowKey), ContractsJson.Default.AuditPage);
    }

    /// <summary><c>GET audit/export</c>: all entries that match, as JSON lines, the newest first.</summary>
    public async Task<IResult> ExportAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var query = AuditQueryReader.ReadExport(request.Query);
        if (!query.Succeeded)
            return query.Problem.ToResult();
        var entries = _table.WalkAsync(query.Value.Range, int.MaxValue, cancellationToken).GetAsyncEnumerator(cancellationToken);
        // Storage that does not answer is a problem, which no stream that has begun can report.
        var any = await entries.MoveNextAsync();
        return new AuditExport(entries, any, query.Value, _clock);
    }

    internal static AuditAnswer AnswerOf(AuditEntry entry) => new(
        entry.At,
        entry.StoredAt,
        entry.Who,
        entry.Call,
        entry.Target,
        entry.Network,
        AuditOutcomes.OutcomeOf(entry).Name(),
        entry.Result?.Status,
        entry.Result?.Error,
        entry.Result?.At);
}

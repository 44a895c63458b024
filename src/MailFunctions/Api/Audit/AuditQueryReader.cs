using MailFunctions.Http;
using MailFunctions.Keys.Audit;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Audit;

/// <summary>Reads the parameters of <c>GET audit</c> and its export, and reports every error at once.</summary>
internal static class AuditQueryReader
{
    private static readonly string[] ExportParameters = ["from", "to", "who", "call", "target", "result", "after"];
    private static readonly string[] Parameters = [.. ExportParameters, "limit"];

    public static OrProblem<AuditQuery> Read(IQueryCollection collection) => Read(new QueryParameters(collection, Parameters));

    public static OrProblem<AuditQuery> ReadExport(IQueryCollection collection) => Read(new QueryParameters(collection, ExportParameters));

    private static OrProblem<AuditQuery> Read(QueryParameters parameters)
    {
        var query = new AuditQuery
        {
            Who = parameters.One("who"),
            Call = parameters.One("call"),
            Target = parameters.One("target"),
            Outcome = parameters.One(
                "result",
                "takes done, refused, failed or unknown",
                text => AuditOutcomes.TryParse(text, out var outcome) ? outcome : (AuditOutcome?)null),
            From = parameters.Time("from"),
            To = parameters.Time("to"),
            After = parameters.One("after", "must be what the page before gave as after", text => AuditKey.TryParse(text, out var key) ? key : (AuditKey?)null),
            Limit = parameters.Number("limit", AuditQuery.MaxLimit) ?? AuditQuery.DefaultLimit,
        };
        if (query.From >= query.To)
            parameters.Refuse("from", "must be before to");
        return parameters.Problem is { } problem ? problem : query;
    }
}

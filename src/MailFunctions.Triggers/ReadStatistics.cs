using MailFunctions.Api.Statistics;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ReadStatistics(StatisticsReader reader, CallEdge edge)
{
    [Function(nameof(ReadStatistics))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "statistics")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(nameof(ReadStatistics), request, _ => reader.ReadAsync(request, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ReadStatistics))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keyed/statistics")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}

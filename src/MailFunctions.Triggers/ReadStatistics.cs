using MailFunctions.Api.Statistics;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class ReadStatistics(StatisticsReader reader, HttpEdge edge)
{
    [Function(nameof(ReadStatistics))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "statistics")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(request, () => reader.ReadAsync(request, cancellationToken), cancellationToken);
}

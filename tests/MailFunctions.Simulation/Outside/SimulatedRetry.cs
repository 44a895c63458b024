using Azure.Core;
using Azure.Core.Pipeline;

namespace MailFunctions.Simulation.Outside;

/// <summary>
/// Tries a request again as Azure.Core's own policy does, with the same waits, in simulated time: Azure.Core waits in real
/// time only.
/// </summary>
internal sealed class SimulatedRetry(TimeProvider clock, Random spread) : HttpPipelinePolicy
{
    /// <summary>The numbers of <c>StorageClients</c>.</summary>
    private const int MaxRetries = 4;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException("The pipeline is asynchronous.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        List<Exception>? failures = null;
        for (var retry = 0; ; retry++)
        {
            Exception? failure = null;
            try
            {
                await ProcessNextAsync(message, pipeline);
            }
            catch (Exception exception)
            {
                failure = exception;
                (failures ??= []).Add(exception);
            }

            var isAgain = failure is not null
                ? message.ResponseClassifier.IsRetriable(message, failure)
                : message.ResponseClassifier.IsErrorResponse(message) && message.ResponseClassifier.IsRetriableResponse(message);
            if (!isAgain || retry == MaxRetries || message.CancellationToken.IsCancellationRequested)
            {
                if (failure is not null)
                    throw failures!.Count == 1 ? failure : new AggregateException($"Retry failed after {failures.Count} tries.", failures);
                return;
            }

            var pause = First * Math.Pow(2, retry);
            await Task.Delay((pause < Longest ? pause : Longest) * (0.8 + (0.4 * spread.NextDouble())), clock, message.CancellationToken);
        }
    }
}

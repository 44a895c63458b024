using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace MailFunctions.Client.Calls;

/// <summary>
/// Decides which calls are retried, and when. Accepting calls carry a key, most others send nothing the second time;
/// decisions that send mail are <see cref="ApiCall.OnlyOnce"/>.
/// </summary>
internal static class RetryRules
{
    public static ResiliencePipeline<ApiAnswer> Build(MailFunctionsClientOptions options, TimeProvider clock, bool onlyOnce)
    {
        var pipeline = new ResiliencePipelineBuilder<ApiAnswer> { TimeProvider = clock };
        if (options.MaxRetries > 0)
        {
            pipeline.AddRetry(new RetryStrategyOptions<ApiAnswer>
            {
                MaxRetryAttempts = options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.FirstRetryDelay,
                MaxDelay = options.MaxRetryDelay,
                DelayGenerator = arguments => new(arguments.Outcome.Result?.RetryAfter is { Ticks: > 0 } asked ? asked : null),
                ShouldHandle = arguments => new(arguments.Outcome switch
                {
                    { Exception: { } exception } => onlyOnce ? NeverArrived(exception) : IsLost(exception),
                    { Result: { } answer } => (onlyOnce ? answer.Status == 429 : IsPassing(answer)) && !(answer.RetryAfter > options.MaxRetryDelay),
                    _ => false,
                }),
            });
        }

        return pipeline.AddTimeout(new TimeoutStrategyOptions { Timeout = options.Timeout }).Build();
    }

    /// <summary>The connection failed or broke, or the answer took too long: it is unknown what the server did.</summary>
    public static bool IsLost(Exception exception) =>
        exception is HttpRequestException or IOException or TimeoutRejectedException or TaskCanceledException { InnerException: TimeoutException };

    /// <summary>There was no connection to send the request on.</summary>
    private static bool NeverArrived(Exception exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    /// <summary>A refusal that may be temporary. Of the 409s it is the one of a request with the same key that is still running.</summary>
    private static bool IsPassing(ApiAnswer answer) =>
        answer.Status is 408 or 429 or >= 500 || (answer.Status == 409 && answer.Problem?.Name == ProblemName.ConcurrentIdempotentRequests);
}

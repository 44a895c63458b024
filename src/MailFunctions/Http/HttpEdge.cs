using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Http;

/// <summary>
/// Runs the body of every HTTP trigger. The Functions host answers an exception with 500 and an empty body, so this class
/// turns exceptions into problems that a caller can act on.
/// </summary>
public sealed class HttpEdge
{
    private static readonly TimeSpan StorageRetryAfter = TimeSpan.FromSeconds(5);

    private readonly RequestMemory _memory;
    private readonly ILogger<HttpEdge> _logger;

    internal HttpEdge(RequestMemory memory, ILogger<HttpEdge> logger) => (_memory, _logger) = (memory, logger);

    /// <summary>Runs a call that takes no query parameters, and refuses any that is given.</summary>
    public Task<IResult> RunAsync(HttpRequest request, Func<Task<IResult>> answer, CancellationToken cancellationToken) => RunWithQueryAsync(
        request,
        () => new QueryParameters(request.Query, []).Problem is { } problem ? Task.FromResult(problem.ToResult()) : answer(),
        cancellationToken);

    /// <summary>Runs a call that reads its query itself.</summary>
    public async Task<IResult> RunWithQueryAsync(HttpRequest request, Func<Task<IResult>> answer, CancellationToken cancellationToken)
    {
        using var held = new HeldMemory(_memory);
        request.HttpContext.Features.Set(held);
        return await RunAsync(answer, onlyReads: HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method), cancellationToken);
    }

    /// <summary>Runs a call that needs nothing of the request.</summary>
    public Task<IResult> RunAsync(Func<Task<IResult>> answer, CancellationToken cancellationToken) => RunAsync(answer, onlyReads: false, cancellationToken);

    private async Task<IResult> RunAsync(Func<Task<IResult>> answer, bool onlyReads, CancellationToken cancellationToken)
    {
        try
        {
            return await answer();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (exception is TimeoutException || StorageFault.Is(exception))
        {
            _logger.StorageRefusedRequest((exception as Azure.RequestFailedException)?.Status ?? 0);
            var unavailable = Problem.StorageUnavailable(StorageRetryAfter);
            return (onlyReads ? unavailable with { Detail = "Send the same request again." } : unavailable).ToResult();
        }
        catch (Exception exception)
        {
            _logger.RequestFailed(exception);
            return new Problem(StatusCodes.Status500InternalServerError, ProblemName.InternalError, "Something failed in our own code.")
            {
                Detail = onlyReads ? "The failure is logged." : "The failure is logged. Nothing is known to have been accepted.",
            }.ToResult();
        }
    }
}

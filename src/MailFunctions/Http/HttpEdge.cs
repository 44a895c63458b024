using MailFunctions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Http;

/// <summary>
/// The outermost call of every HTTP trigger. The Functions host answers an exception with 500 and an empty body, so what
/// a caller can act on is made of it here.
/// </summary>
public sealed class HttpEdge
{
    private static readonly TimeSpan StorageRetryAfter = TimeSpan.FromSeconds(5);

    private readonly ILogger<HttpEdge> _logger;

    public HttpEdge(ILogger<HttpEdge> logger) => _logger = logger;

    public async Task<IResult> RunAsync(Func<Task<IResult>> answer, CancellationToken cancellationToken)
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
            return Problem.StorageUnavailable(StorageRetryAfter).ToResult();
        }
        catch (Exception exception)
        {
            _logger.RequestFailed(exception);
            return new Problem(StatusCodes.Status500InternalServerError, ProblemName.InternalError, "Something failed in our own code.")
            {
                Detail = "The failure is logged. Nothing is known to have been accepted.",
            }.ToResult();
        }
    }
}

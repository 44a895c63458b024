using MailFunctions.Http;
using MailFunctions.Maintenance.Timers;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Api.Timers;

/// <summary>Runs the timers: by schedule, or via the API for an operator whose timer runs too rarely or never.</summary>
public sealed class TimerCalls
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly TimerRunner _timers;
    private readonly TimeProvider _clock;
    private readonly ILogger<TimerCalls> _logger;

    internal TimerCalls(TimerRunner timers, TimeProvider clock, ILogger<TimerCalls> logger) => (_timers, _clock, _logger) = (timers, clock, logger);

    /// <param name="name">One of <see cref="TimerNames"/>.</param>
    /// <inheritdoc cref="TimerRunner.RunAsync"/>
    public Task RunScheduledAsync(string name, CancellationToken cancellationToken) => _timers.RunAsync(name, cancellationToken);

    /// <summary><c>POST timers/{name}/run</c>: runs the timer once, now, and answers when it is done.</summary>
    public async Task<IResult> RunAsync(string name, CancellationToken cancellationToken)
    {
        if (_timers.Find(name) is not { } timer)
            return Problem.NotFound($"There is no timer of this name: there are {string.Join(", ", _timers.Names)}.").ToResult();

        var started = _clock.GetUtcNow();
        if (await _timers.TryRunAsync(timer, cancellationToken) is not { } reports)
            return Problem.TimerRunning(RetryAfter).ToResult();

        var failed = reports.Where(report => report.Failure is not null).ToList();
        _logger.TimerRunByCall(timer, reports.Count, failed.Count);
        foreach (var report in failed)
            _logger.TimerJobFailed(timer, report.Name, report.Failure!);
        return failed.Count == 0
            ? new JsonResult<TimerRunAnswer>(
                new TimerRunAnswer(timer, started, _clock.GetUtcNow(), [.. reports.Select(report => new TimerJobAnswer(report.Name, report.Counts))]),
                ContractsJson.Default.TimerRunAnswer)
            : Failed(failed, reports.Count).ToResult();
    }

    private static Problem Failed(IReadOnlyList<JobReport> failed, int jobs)
    {
        var problem = failed.All(report => StorageFault.Is(report.Failure!))
            ? Problem.StorageUnavailable(RetryAfter)
            : new Problem(StatusCodes.Status500InternalServerError, ProblemName.InternalError, "Something failed in our own code.");
        return problem with
        {
            Detail = FormattableString.Invariant($"{failed.Count} of {jobs} jobs of the timer failed ({string.Join(", ", failed.Select(report => report.Name))}); the others were done. The failures are logged."),
        };
    }
}

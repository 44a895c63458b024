using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Exporters;

/// <summary>Logs at start-up which exporters lack a secret; mail is sent without them.</summary>
internal sealed class UnresolvedExporters(IReadOnlyList<string> settings, ILogger<UnresolvedExporters> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        logger.ExporterUnresolved(string.Join(" and ", settings));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

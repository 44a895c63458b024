using MailFunctions.Telemetry;
using MailKit.Security;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Smtp.Relays;

/// <summary>
/// Logs at start-up which relays lack the value of a setting, and which have settings under which a login could be sent
/// without TLS, or cannot be sent at all.
/// </summary>
internal sealed class RelayWarnings(RelayRouter router, ILogger<RelayWarnings> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var line in router.Lines.Where(line => line.Relay.Unresolved.Count > 0))
            logger.SettingUnresolved(line.Relay.Name, string.Join(" and ", line.Relay.Unresolved), line.Cause.Sentence());
        foreach (var relay in router.Lines.Select(line => line.Relay).Where(MayLogInWithoutTls))
        {
            if (relay.Login!.NeedsTls)
                logger.LoginMayWait(relay.Name);
            else
                logger.LoginInClear(relay.Name);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool MayLogInWithoutTls(Relay relay) =>
        relay is { Login: not null, IsLoopback: false, Security: SecureSocketOptions.None or SecureSocketOptions.StartTlsWhenAvailable };
}

using Microsoft.Extensions.Logging;

namespace MailFunctions.Exporters;

internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Error, "Telemetry is not exported as it is meant to be: {Settings} is a reference to a secret that Azure did not resolve. Put the secret into the Key Vault, let the app's identity read it, and restart the app")]
    public static partial void ExporterUnresolved(this ILogger logger, string settings);
}

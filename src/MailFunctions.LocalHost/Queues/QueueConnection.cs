using Azure.Identity;
using Azure.Storage.Queues;

namespace MailFunctions.LocalHost.Queues;

/// <summary>Opens the queue service as Functions does: by a connection string, or by the service's address and an identity.</summary>
internal static class QueueConnection
{
    /// <exception cref="CannotStartException">Neither is set.</exception>
    public static QueueServiceClient Open(IConfiguration configuration, string connection)
    {
        var options = new QueueClientOptions
        {
            MessageEncoding = QueueMessageEncoding.None,
            Retry = { MaxRetries = 2, Delay = TimeSpan.FromMilliseconds(200), NetworkTimeout = TimeSpan.FromSeconds(30) },
        };
        var section = configuration.GetSection(connection);
        if (!string.IsNullOrWhiteSpace(section.Value))
        {
            try
            {
                return new QueueServiceClient(section.Value, options);
            }
            catch (FormatException)
            {
                throw new CannotStartException($"{connection} is not a storage connection string.");
            }
        }

        var address = section["queueServiceUri"]
            ?? (section["accountName"] is { Length: > 0 } account ? $"https://{account}.queue.core.windows.net" : null)
            ?? throw new CannotStartException($"{connection} is not set: a connection string, or {connection}__queueServiceUri.");
        var credential = new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = section["clientId"] });
        return new QueueServiceClient(new Uri(address), credential, options);
    }
}

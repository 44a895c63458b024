using MailFunctions.Storage;
using Microsoft.Extensions.Configuration;

namespace MailFunctions.Unsubscription;

/// <summary>Makes newer keys of unsubscribe tokens: for operators with write access to the storage account.</summary>
public sealed class UnsubscribeKeyRotation
{
    private readonly UnsubscribeKeys _keys;

    private UnsubscribeKeyRotation(UnsubscribeKeys keys) => _keys = keys;

    /// <summary>Opens the storage account of the setting <c>AzureWebJobsStorage</c>; creates the table when it is missing.</summary>
    public static async Task<UnsubscribeKeyRotation> OpenAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var clock = new StorageClock(TimeProvider.System);
        var table = new UnsubscribeKeyTable(new StorageClients(configuration, clock), clock);
        await table.CreateAsync(cancellationToken);
        return new UnsubscribeKeyRotation(new UnsubscribeKeys(table, clock));
    }

    /// <summary>Makes a newer key, which every instance uses for new mail within ten minutes. The earlier ones stay for the links in mails that were sent.</summary>
    /// <returns>The number of the newest key.</returns>
    public Task<int> RotateAsync(CancellationToken cancellationToken) => _keys.RotateAsync(cancellationToken);
}

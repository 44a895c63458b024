using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using Microsoft.Extensions.Configuration;

namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>The clients of an account, made as the app makes them: for what a test prepares or looks at itself.</summary>
internal static class TestStorage
{
    public static StorageClients Open(string connectionString) => new(Setting(connectionString), new StorageClock(TimeProvider.System));

    /// <summary>Makes a configuration that names the account and nothing else.</summary>
    public static IConfiguration Setting(string connectionString) => TestSettings.Configuration((TestSettings.Storage, connectionString));
}

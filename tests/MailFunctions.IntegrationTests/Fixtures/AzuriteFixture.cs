using System.Globalization;
using System.Security.Cryptography;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.LocalHost.Children;
using MailFunctions.TestPeers.Storage.Memory;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>
/// The storage of all tests of the assembly: a server of accounts in memory, which <c>StorageConformance</c> holds to the
/// emulator, and one Azurite for the tests that are about it or whose process outlives this one.
/// </summary>
/// <remarks>Azurite is in memory too, and ends with the test process, also when that is killed.</remarks>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private const int AzuriteAccounts = 200;

    /// <summary>A short one, since all of them stand in one environment variable.</summary>
    private static readonly string Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    private readonly AzuriteAccount _account = AzuriteAccount.Random();
    private readonly string _folder = Directory.CreateTempSubdirectory("mailfunctions-tests-").FullName;
    private RunningService? _azurite;
    private MemoryStorageServer? _memory;
    private int _accountsTaken;
    private int _azuriteAccountsTaken;

    /// <summary>A connection string of Azurite that names the three endpoints.</summary>
    public string ConnectionString => Azurite.ConnectionString(Ports, _account);

    /// <summary>Azurite's: blobs, queues, tables.</summary>
    public IReadOnlyList<int> Ports => _azurite?.Ports ?? throw new InvalidOperationException("Azurite has not been started.");

    /// <summary>A connection string of one account in memory, for tests that give their tables names of their own.</summary>
    public string SharedAccount => Memory.ConnectionString("shared");

    private MemoryStorageServer Memory => _memory ?? throw new InvalidOperationException("The storage in memory has not been started.");

    /// <summary>Returns a connection string of an account in memory that nothing else uses.</summary>
    public string TakeAccount() => Memory.ConnectionString(Name(Interlocked.Increment(ref _accountsTaken)));

    /// <summary>Returns a connection string of an account of Azurite that nothing else uses.</summary>
    public string TakeAzuriteAccount()
    {
        var number = Interlocked.Increment(ref _azuriteAccountsTaken);
        Assert.True(number < AzuriteAccounts, "The tests use more accounts of Azurite than the fixture has.");
        return $"DefaultEndpointsProtocol=http;AccountName={Name(number)};AccountKey={Key};"
            + $"BlobEndpoint=http://127.0.0.1:{Ports[0]}/{Name(number)};"
            + $"QueueEndpoint=http://127.0.0.1:{Ports[1]}/{Name(number)};"
            + $"TableEndpoint=http://127.0.0.1:{Ports[2]}/{Name(number)};";
    }

    /// <summary>A name that no other test uses, valid for queues, containers and (without the dash) tables.</summary>
    public static string UniqueName(string prefix) => $"{prefix}{Guid.NewGuid():N}";

    public async ValueTask InitializeAsync()
    {
        // The pipeline's tables and queues have fixed names, so each of its tests takes an account of its own.
        _memory = await MemoryStorageServer.StartAsync(TimeProvider.System, CancellationToken.None);
        var accounts = string.Join(';', Enumerable.Range(0, AzuriteAccounts).Select(number => $"{Name(number)}:{Key}").Prepend(_account.Setting));
        var tools = new ToolInstallation(LocalFolders.Tools, TextWriter.Null, TimeProvider.System);
        _azurite = await Azurite.Define(AzuritePorts.Any, accounts, tools, _folder, dataFolder: null, endsWithParent: true)
            .EnsureAsync(TextWriter.Null, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite?.Child is { } child)
            await child.StopAsync();
        if (_memory is not null)
            await _memory.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"tests{number}");
}

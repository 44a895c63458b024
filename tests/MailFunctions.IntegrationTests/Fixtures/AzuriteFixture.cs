using System.Security.Cryptography;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.LocalHost.Children;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>One Azurite, in memory and on free ports, for all tests of the assembly; each uses queues and tables of its own names.</summary>
/// <remarks>It ends with the test process, also when that is killed.</remarks>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private const int Accounts = 2000;

    /// <summary>A short one, since all of them stand in one environment variable.</summary>
    private static readonly string Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    private readonly AzuriteAccount _account = AzuriteAccount.Random();
    private readonly string _folder = Directory.CreateTempSubdirectory("mailfunctions-tests-").FullName;
    private RunningService? _azurite;

    /// <summary>A connection string that names the three endpoints.</summary>
    public string ConnectionString => Azurite.ConnectionString(
        _azurite?.Ports ?? throw new InvalidOperationException("Azurite has not been started."), _account);

    /// <summary>Blobs, queues, tables.</summary>
    public IReadOnlyList<int> Ports => _azurite?.Ports ?? throw new InvalidOperationException("Azurite has not been started.");

    private int _accountsTaken;

    /// <summary>A connection string of a storage account that nothing else uses.</summary>
    public string TakeAccount()
    {
        var number = Interlocked.Increment(ref _accountsTaken);
        Assert.True(number < Accounts, "The tests use more storage accounts than the fixture has.");
        var ports = _azurite?.Ports ?? throw new InvalidOperationException("Azurite has not been started.");
        return $"DefaultEndpointsProtocol=http;AccountName={Name(number)};AccountKey={Key};"
            + $"BlobEndpoint=http://127.0.0.1:{ports[0]}/{Name(number)};"
            + $"QueueEndpoint=http://127.0.0.1:{ports[1]}/{Name(number)};"
            + $"TableEndpoint=http://127.0.0.1:{ports[2]}/{Name(number)};";
    }

    /// <summary>A name that no other test uses, valid for queues, containers and (without the dash) tables.</summary>
    public static string UniqueName(string prefix) => $"{prefix}{Guid.NewGuid():N}";

    public async ValueTask InitializeAsync()
    {
        // The pipeline's tables and queues have fixed names, so each of its tests takes an account of its own.
        var accounts = string.Join(';', Enumerable.Range(0, Accounts).Select(number => $"{Name(number)}:{Key}").Prepend(_account.Setting));
        var tools = new ToolInstallation(LocalFolders.Tools, TextWriter.Null, TimeProvider.System);
        _azurite = await Azurite.Define(AzuritePorts.Any, accounts, tools, _folder, dataFolder: null, endsWithParent: true)
            .EnsureAsync(TextWriter.Null, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite?.Child is { } child)
            await child.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Name(int number) => FormattableString.Invariant($"tests{number}");
}

using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.LocalHost.Children;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>One Azurite, in memory and on free ports, for all tests of the assembly; each uses queues and tables of its own names.</summary>
/// <remarks>It ends with the test process, also when that is killed.</remarks>
public sealed class AzuriteFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mailfunctions-tests-").FullName;
    private RunningService? _azurite;

    /// <summary>A connection string that names the three endpoints.</summary>
    public string ConnectionString => Azurite.ConnectionString(
        _azurite?.Ports ?? throw new InvalidOperationException("Azurite has not been started."));

    /// <summary>A name that no other test uses, valid for queues, containers and (without the dash) tables.</summary>
    public static string UniqueName(string prefix) => $"{prefix}{Guid.NewGuid():N}";

    public async ValueTask InitializeAsync()
    {
        var tools = new ToolInstallation(LocalFolders.Tools, TextWriter.Null, TimeProvider.System);
        _azurite = await Azurite.Define(AzuritePorts.Any, tools, _folder, dataFolder: null, endsWithParent: true)
            .EnsureAsync(TextWriter.Null, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite?.Child is { } child)
            await child.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

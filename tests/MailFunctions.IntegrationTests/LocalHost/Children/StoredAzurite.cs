using MailFunctions.LocalHost.Children;

namespace MailFunctions.IntegrationTests.LocalHost.Children;

/// <summary>An Azurite that keeps its data on disk and is started and ended by the test, as a local run does it.</summary>
internal sealed class StoredAzurite : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mailfunctions-azurite-").FullName;
    private readonly AzuriteAccount _account = AzuriteAccount.Random();
    private RunningService? _running;

    public ChildProcess Child => _running!.Child!;

    public string ConnectionString => Azurite.ConnectionString(_running!.Ports, _account);

    /// <summary>Blobs, queues, tables.</summary>
    public IReadOnlyList<int> Ports => _running!.Ports;

    /// <summary>Asks it to end, and does not wait.</summary>
    public Task AskToEndAsync() =>
        File.WriteAllTextAsync(Child.Command.StopFile(Child.Id), "", TestContext.Current.CancellationToken);

    public async Task StartAsync()
    {
        var tools = new ToolInstallation(LocalFolders.Tools, TextWriter.Null, TimeProvider.System);
        _running = await Azurite.Define(AzuritePorts.Any, _account.Setting, tools, _folder, Path.Combine(_folder, "data"), endsWithParent: true)
            .EnsureAsync(TextWriter.Null, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
            await Child.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

using MailFunctions.LocalHost.Children;
using MailFunctions.TestPeers.Network;

namespace MailFunctions.IntegrationTests.LocalHost.Runs;

/// <summary>A data folder and ports of a test's own, used by one run after the other. What they leave running ends with it.</summary>
internal sealed class LocalHostFolder : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mailfunctions-runs-").FullName;
    private readonly int[] _ports = LoopbackPorts.Take(6);

    public string Path => _folder;

    public int HttpPort => _ports[0];

    public int BlobPort => _ports[1];

    public int QueuePort => _ports[2];

    public int TablePort => _ports[3];

    public int WebPort => _ports[5];

    /// <summary>Settings of the developer who runs the tests must not count.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        $"--port={HttpPort}",
        $"--LocalHost:DataFolder={_folder}",
        $"--LocalHost:Azurite:BlobPort={BlobPort}", $"--LocalHost:Azurite:QueuePort={QueuePort}", $"--LocalHost:Azurite:TablePort={TablePort}",
        $"--LocalHost:Inbox:SmtpPort={_ports[4]}", $"--LocalHost:Inbox:WebPort={WebPort}",
        "--AzureWebJobsStorage=UseDevelopmentStorage=true",
        "--MailFunctions:Relay:Url=",
    ];

    public ChildState? State(string name) => ChildState.Read(System.IO.Path.Combine(_folder, "run", $"{name}.json"));

    public bool IsRunning(string name) => State(name)?.Child.IsStillRunning() ?? false;

    public async ValueTask DisposeAsync()
    {
        foreach (var name in new[] { "azurite", "inbox" })
        {
            if (State(name) is { } state && state.Child.IsStillRunning())
                await new ChildProcess(new ChildCommand(name, "", [], System.IO.Path.Combine(_folder, "run"), EndsWithParent: false), state.Child.Id).StopAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}

using MailFunctions.LocalHost.Children;

namespace MailFunctions.IntegrationTests.LocalHost.Hosting;

/// <summary>The local inbox on free ports, as a local run starts it.</summary>
internal sealed class StartedInbox : IAsyncDisposable
{
    private readonly string _folder;
    private readonly RunningService _running;

    private StartedInbox(string folder, RunningService running) => (_folder, _running) = (folder, running);

    public int SmtpPort => _running.Ports[0];

    public int WebPort => _running.Ports[1];

    public static async Task<StartedInbox> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mailfunctions-inbox-").FullName;
        var tools = new ToolInstallation(LocalFolders.Tools, TextWriter.Null, TimeProvider.System);
        var inbox = Inbox.Define(new InboxPorts(0, 0), tools, folder, Path.Combine(folder, "mails"), BrowserRequests.Allowed);
        return new StartedInbox(folder, await inbox.EnsureAsync(TextWriter.Null, TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await _running.Child!.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

using System.Diagnostics;
using System.Globalization;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Benchmarks.Whole;

/// <summary>MailFunctions on its local host, as a process of its own, with its storage in Azurite.</summary>
internal sealed class FunctionsStack : IStack
{
    /// <summary>To the relay, for each lane.</summary>
    public const int Connections = 16;

    public const string Alone = "MailFunctions, each post written alone";

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["MailFunctions:Relay:MaxConnections"] = (2 * Connections).ToString(CultureInfo.InvariantCulture),
    };

    private readonly Workbench _workbench;
    private readonly SmtpSink _sink;
    private readonly AppProcess _app;
    private readonly Process _process;
    private readonly Process _storage;

    private FunctionsStack(string name, Workbench workbench, SmtpSink sink, AppProcess app)
    {
        Name = name;
        (_workbench, _sink, _app) = (workbench, sink, app);
        _process = Process.GetProcessById(app.Id);
        _storage = Process.GetProcessById(workbench.StorageProcess);
        Client = new HttpClient { BaseAddress = app.Url, Timeout = TimeSpan.FromMinutes(5) };
    }

    public string Name { get; }

    public HttpClient Client { get; }

    public (TimeSpan App, TimeSpan Storage) Cpu => (_process.Cpu(), _storage.Cpu());

    public long Memory => _process.Memory();

    public long Arrived => _sink.Mails;

    public static Task<FunctionsStack> StartAsync(CancellationToken cancellationToken) =>
        StartAsync("MailFunctions, Azurite", options => options, cancellationToken);

    /// <summary>Without what posts share when they come at the same time.</summary>
    public static async Task<FunctionsStack> StartAloneAsync(CancellationToken cancellationToken)
    {
        var stack = await StartAsync(
            Alone,
            options => options with
            {
                Assembly = typeof(AloneCommand).Assembly.Location,
                Arguments = [AloneCommand.Name],
                // As the local host has it, which is a web application.
                Settings = new Dictionary<string, string>(options.Settings) { ["DOTNET_gcServer"] = "1" },
            },
            cancellationToken);
        return stack._app.Output.Contains(WritesAlone.InForce) ? stack : throw new InvalidOperationException("The local host does not write each post alone.");
    }

    private static async Task<FunctionsStack> StartAsync(string name, Func<AppProcessOptions, AppProcessOptions> change, CancellationToken cancellationToken)
    {
        var workbench = await Workbench.OpenAsync(cancellationToken);
        var sink = new SmtpSink();
        try
        {
            return new FunctionsStack(name, workbench, sink, await AppProcess.StartAsync(change(workbench.Options(sink.Port, Settings)), cancellationToken));
        }
        catch
        {
            await sink.DisposeAsync();
            await workbench.DisposeAsync();
            throw;
        }
    }

    public Task<long> ReachAsync(long mails, CancellationToken cancellationToken) => _sink.ReachAsync(mails).WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        await _sink.DisposeAsync();
        await _workbench.DisposeAsync();
        _process.Dispose();
        _storage.Dispose();
    }
}

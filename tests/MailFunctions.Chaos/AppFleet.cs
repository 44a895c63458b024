using System.Globalization;
using MailFunctions.TestPeers.App;

namespace MailFunctions.Chaos;

/// <summary>The app processes of a run, each of which can be killed and started again.</summary>
internal sealed class AppFleet : IAsyncDisposable
{
    private readonly ChaosPlan _plan;
    private readonly AppProcessOptions _options;
    private readonly AppProcess?[] _apps;
    private readonly HttpClient?[] _clients;
    private readonly Lock _gate = new();
    private TaskCompletionSource _up = NewSignal();
    private int _turn;

    public AppFleet(ChaosPlan plan, string storage, int relayPort)
    {
        _plan = plan;
        _apps = new AppProcess?[plan.Processes];
        _clients = new HttpClient?[plan.Processes];
        _options = new AppProcessOptions
        {
            Assembly = Path.Combine(AppContext.BaseDirectory, "MailFunctions.LocalHost.dll"),
            StorageConnectionString = storage,
            RelayUrl = TestSettings.RelayUrl(relayPort),
            Settings = SettingsOf(plan),
            Patience = TimeSpan.FromMinutes(15),
        };
    }

    public int Count => _apps.Length;

    public Task StartAllAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Count).Select(i => StartAsync(i, cancellationToken)));

    /// <summary>Starts one, and waits until it is ready.</summary>
    public async Task StartAsync(int which, CancellationToken cancellationToken)
    {
        var app = await AppProcess.StartAsync(_options, cancellationToken);
        lock (_gate)
        {
            _apps[which] = app;
            _clients[which] = new HttpClient { BaseAddress = app.Url, Timeout = TimeSpan.FromSeconds(30) };
            _up.TrySetResult();
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync(int which)
    {
        HttpClient? client;
        AppProcess app;
        lock (_gate)
        {
            (client, _clients[which]) = (_clients[which], null);
            app = _apps[which]!;
            if (_clients.All(other => other is null))
                _up = NewSignal();
        }

        await app.KillAsync();
        client?.Dispose();
        await EndAsync(app);
    }

    /// <summary>A client of the next process that is up; waits for one.</summary>
    public async Task<HttpClient> ClientAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task up;
            lock (_gate)
            {
                var running = _clients.OfType<HttpClient>().ToList();
                if (running.Count > 0)
                    return running[(int)((uint)_turn++ % running.Count)];
                up = _up.Task;
            }

            await up.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What the processes said last, for a failure.</summary>
    public string Said() => string.Join(
        '\n', _apps.OfType<AppProcess>().SelectMany(app => app.Output.TakeLast(60)).Select(line => line.Length <= 300 ? line : line[..300]));

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client?.Dispose();
        foreach (var app in _apps.OfType<AppProcess>())
            await EndAsync(app);
    }

    private async Task EndAsync(AppProcess app)
    {
        await app.DisposeAsync();
        if (_plan.LogFolder is not { } folder)
            return;
        Directory.CreateDirectory(folder);
        await File.WriteAllLinesAsync(Path.Combine(folder, FormattableString.Invariant($"{_plan.Seed}-{app.Id}.log")), app.Output);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// The waits of the real world are shortened, none is left out: what the host brings back after ten minutes comes after
    /// five seconds, a lease ends after 15 seconds instead of 60, a second attempt follows after one. And a relay that breaks
    /// off one mail in ten is not left alone for half a minute each time that a few of these come together.
    /// </summary>
    private static Dictionary<string, string> SettingsOf(ChaosPlan plan) => new()
    {
        ["MailFunctions:Relay:Name"] = "relay",
        ["MailFunctions:Relay:MaxConnections"] = Text(plan.MaxConnections),
        ["MailFunctions:Relay:PerSecond"] = Text(plan.PerSecond),
        ["MailFunctions:Relay:PerMinute"] = Text(plan.PerMinute),
        ["MailFunctions:Scale:TransactionalInstances"] = Text(plan.Processes),
        ["MailFunctions:Scale:BulkInstances"] = Text(plan.Processes),
        ["MailFunctions:Relay:BreakerFailures"] = "20",
        ["MailFunctions:Relay:ConnectTimeout"] = "00:00:03",
        ["MailFunctions:Relay:ReplyTimeout"] = "00:00:03",
        ["MailFunctions:Relay:FinalReplyTimeout"] = "00:00:05",
        ["MailFunctions:Delivery:Lease"] = "00:00:15",
        ["MailFunctions:Delivery:Transactional:First"] = "00:00:01",
        ["MailFunctions:Delivery:Transactional:Longest"] = "00:00:02",
        ["MailFunctions:Delivery:Bulk:First"] = "00:00:01",
        ["MailFunctions:Delivery:Bulk:Longest"] = "00:00:02",
        ["LocalHost:QueueInvisibility"] = "00:00:05",
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

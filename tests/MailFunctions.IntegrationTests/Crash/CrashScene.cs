using System.Net;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using MailFunctions.Chaos;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using MailFunctions.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>
/// The app between a storage that stops it at a chosen write and a relay that is scripted. It is killed at the write,
/// started again without the fault, and looked at when all is quiet.
/// </summary>
/// <remarks>
/// By default it runs in this process and is cut off instead of killed (<see cref="AppInProcess"/>), which takes a tenth of
/// the time. With <c>MAILFUNCTIONS_LONG_TESTS=1</c>, and in scenes that ask for it, it is a process of its own.
/// </remarks>
internal sealed class CrashScene : IAsyncDisposable
{
    private static readonly string[] Open = ["scheduled", "queued", "sending", "deferred"];

    private readonly string _account;
    private readonly List<HttpClient> _clients = [];
    private readonly bool _isProcess;
    private TestAppBuilder _builder;
    private IKillableApp? _app;
    private StorageRequest? _stop;

    private CrashScene(string account, StorageProxy storage, bool isProcess, IEnumerable<(string Key, string Value)> settings)
    {
        (_account, _isProcess) = (account, isProcess);
        Storage = storage;
        Behind = TestStorage.Open(account);
        _builder = TestApp.On(storage)
            .WithRelay(Relay)
            .With(TestSettings.ShortLease)
            .With(TestSettings.QueueInvisibility, "00:00:02")
            // It comes by four times an hour, and its writes are nobody's here; PurgeCrashTests has it killed.
            .With(TestSettings.Disabled("PurgeExpired"), "true")
            .With(settings);
    }

    public ScriptedSmtpServer Relay { get; } = new();

    /// <summary>What the app takes for its storage.</summary>
    public StorageProxy Storage { get; }

    /// <summary>The same storage without the proxy, for looking and for preparing.</summary>
    public StorageClients Behind { get; }

    public EmailLedger Ledger => new(Behind, NullLogger<EmailLedger>.Instance);

    /// <summary>False: the app, when it is started next, leaves the lanes' queues alone, so that a kill meets no attempt.</summary>
    public bool Delivers
    {
        set
        {
            foreach (var function in (string[])["DeliverTransactional", "DeliverBulk"])
                _builder = _builder.With(TestSettings.Disabled(function), value ? "false" : "true");
        }
    }

    /// <summary>Resident bytes of the app, which is a process of its own: now, and the most that there ever were.</summary>
    public (long Now, long Most) Memory => ((AppProcess)_app!).Memory;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Of the app that was started last.</summary>
    private HttpClient Client => _clients[^1];

    public static async Task<CrashScene> CreateAsync(AzuriteFixture azurite, params IEnumerable<(string Key, string Value)> settings)
    {
        var account = azurite.TakeAccount();
        return new CrashScene(account, await StorageProxy.StartAsync(account, Cancellation), Samples.AreMany, settings);
    }

    /// <summary>Makes a scene on Azurite whose app is a process of its own.</summary>
    public static async Task<CrashScene> CreateProcessAsync(AzuriteFixture azurite, params IEnumerable<(string Key, string Value)> settings)
    {
        var account = azurite.TakeAzuriteAccount();
        return new CrashScene(account, await StorageProxy.StartAsync(account, Cancellation), isProcess: true, settings);
    }

    /// <summary>The pipeline on this storage without a host and without the proxy: for what has to happen before the app is there.</summary>
    public Task<TestApp> PrepareAsync() => _builder.On(_account).StartAsync();

    /// <summary>Starts the app, and waits until it is ready.</summary>
    public async Task LaunchAsync()
    {
        _app = _isProcess ? await AppProcess.StartAsync(_builder.ToProcess(), Cancellation) : AppInProcess.Launch(_builder.ToProcess());
        await UseAsync(_app);
    }

    /// <summary>Starts the app, which is to come to the stop by itself or by a run of this timer, and kills it there. It may not live to be ready.</summary>
    public async Task LaunchIntoStopAsync(string? timer = null)
    {
        _app = _isProcess ? AppProcess.Launch(_builder.ToProcess()) : AppInProcess.Launch(_builder.ToProcess());
        if (timer is not null)
        {
            await UseAsync(_app);
            await RunTimerAsync(timer);
        }

        await KillAtStopAsync();
    }

    /// <summary>
    /// From the <paramref name="nth"/> such write on, storage is still: that write is performed, its answer held, and
    /// nothing that comes after it is performed. So the process dies between exactly these two writes.
    /// </summary>
    public void StopAfter(Func<StorageRequest, bool> write, int nth = 1)
    {
        var seen = 0;
        Volatile.Write(ref _stop, null);
        Storage.Faults = request =>
        {
            if (Volatile.Read(ref _stop) is not null)
                return StorageFault.HoldBefore;
            if (!write(request) || Interlocked.Increment(ref seen) != nth)
                return StorageFault.None;
            Volatile.Write(ref _stop, request);
            return StorageFault.HoldAfter;
        };
    }

    /// <summary>Waits for the write that <see cref="StopAfter"/> names, and kills.</summary>
    /// <returns>That write.</returns>
    public async Task<StorageRequest> KillAtStopAsync()
    {
        // Others may be held before it: it is performed first.
        await Eventually.NothingIsMissingAsync(
            () => Task.FromResult(Volatile.Read(ref _stop) is { } stop && Storage.Held.Any(held => held.Number == stop.Number)
                ? null
                : "the app has not come to the write that it is to be killed at."),
            () => Task.FromResult(Said()));
        await KillAsync();
        return _stop!;
    }

    /// <summary>Kills the app. What was held is never released: its client is gone.</summary>
    public async Task KillAsync()
    {
        await _app!.KillAsync();
        Storage.Faults = _ => StorageFault.None;
    }

    /// <param name="key">The Idempotency-Key; null for none.</param>
    /// <returns>The id that a 202 gave; null when no answer came.</returns>
    public async Task<string?> PostAsync(string json, string? key = null)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("api/emails", UriKind.Relative));
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
            if (key is not null)
                request.Headers.Add("Idempotency-Key", key);
            using var answer = await Client.SendAsync(request, Cancellation);
            var text = await answer.Content.ReadAsStringAsync(Cancellation);
            Assert.True(answer.StatusCode == HttpStatusCode.Accepted, $"{answer.StatusCode}: {text}\n{Said()}");
            return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <summary>Any call.</summary>
    /// <param name="path">Below api/.</param>
    /// <returns>The status and the body; null when no answer came.</returns>
    public async Task<(int Status, JsonElement Body)?> CallAsync(HttpMethod method, string path, string? json = null)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri($"api/{path}", UriKind.Relative));
            if (json is not null)
                request.Content = new StringContent(json, Encoding.UTF8, "application/json");
            using var answer = await Client.SendAsync(request, Cancellation);
            return ((int)answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancellation)));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <returns>GET emails/{id}; null for 404.</returns>
    public async Task<JsonElement?> ReadAsync(string id)
    {
        using var answer = await Client.GetAsync(new Uri($"api/emails/{id}", UriKind.Relative), Cancellation);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {text}\n{Said()}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task RunTimerAsync(string function)
    {
        using var answer = await Client.PostAsync(new Uri($"admin/functions/{function}", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    /// <summary>Until these mails are settled and nothing is left that could move one: no queue message, no schedule row.</summary>
    /// <param name="leftOver">Queue messages that stay, since they name what was never accepted.</param>
    public async Task UntilQuietAsync(IReadOnlyList<string> ids, int leftOver = 0)
    {
        await Eventually.NothingIsMissingAsync(
            async () =>
            {
                foreach (var id in ids)
                {
                    var status = (await ReadAsync(id))?.GetProperty("status").GetString();
                    if (status is null || Open.Contains(status))
                        return $"{id} is {status ?? "not there"}.";
                }

                var messages = await CountMessagesAsync();
                if (messages > leftOver)
                    return $"{messages} queue messages are left.";
                var scheduled = await CountScheduledAsync();
                return scheduled > 0 ? $"{scheduled} rows are left in the schedule." : null;
            },
            () => TellAsync(ids));
    }

    public async Task<Aftermath> AftermathAsync(string id)
    {
        var mail = await ReadAsync(id);
        var told = await TellAsync(id);
        Assert.True(mail is not null, told);
        return new Aftermath(mail.Value, CountReceived(id), told + Said());
    }

    public int CountReceived(string id) => Relay.Mails.Count(mail => mail.Header("Message-ID")!.Contains(id, StringComparison.Ordinal));

    public async Task<int> CountMessagesAsync()
    {
        var count = 0;
        foreach (var queue in StorageNames.Queues)
            count += await CountMessagesAsync(queue);
        return count;
    }

    public async Task<int> CountMessagesAsync(string queue) =>
        (await Behind.Queue(queue).GetPropertiesAsync(Cancellation)).Value.ApproximateMessagesCount;

    public async Task<int> CountScheduledAsync() =>
        await Behind.Table(StorageNames.ScheduleTable).QueryAsync<TableEntity>(cancellationToken: Cancellation).CountAsync(Cancellation);

    public Task MakeDueAsync(string id) => TimeTravel.MakeDueAsync(Behind, EmailId.Parse(id), Cancellation);

    /// <summary>Compiles, and requires of every granularity that it says what the mails themselves say.</summary>
    public async Task RequireStatisticsAsync(params IReadOnlyList<string> ids)
    {
        var mails = new List<JsonElement>();
        foreach (var id in ids)
            mails.Add((await ReadAsync(id))!.Value);
        var expected = ExpectedStatistics.Of(mails);
        await RunTimerAsync("CompileStatistics");
        foreach (var granularity in (string[])["minute", "hour", "day"])
        {
            var found = "nothing";
            await Eventually.NothingIsMissingAsync(
                async () => (found = ExpectedStatistics.Describe(await StatisticsAsync(granularity), expected.Keys)) == ExpectedStatistics.Describe(expected)
                    ? null
                    : $"the statistics by {granularity} say {found}, and should say {ExpectedStatistics.Describe(expected)}.",
                () => TellAsync(ids));
        }
    }

    /// <summary>What storage and the app have to say, newest last.</summary>
    public string Said() =>
        $"\nWrites: {string.Join(", ", Storage.Writes.TakeLast(80))}\nThe app:\n{string.Join('\n', _app?.Output.TakeLast(60).Select(line => line.Length <= 300 ? line : line[..300]) ?? [])}";

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        if (_app is not null)
            await _app.DisposeAsync();
        await Storage.DisposeAsync();
        await Relay.DisposeAsync();
    }

    private async Task UseAsync(IKillableApp app) =>
        _clients.Add(new HttpClient { BaseAddress = await Eventually.ComesAsync(app.FindUrlAsync(Cancellation), "the address of the app") });

    private async Task<JsonElement?> StatisticsAsync(string granularity)
    {
        var text = await Client.GetStringAsync(new Uri($"api/statistics?dimension=total&granularity={granularity}", UriKind.Relative), Cancellation);
        var totals = JsonDocument.Parse(text).RootElement.GetProperty("totals");
        return totals.GetArrayLength() == 0 ? null : totals[0];
    }

    /// <summary>The first few tell enough.</summary>
    private async Task<string> TellAsync(IReadOnlyList<string> ids) => string.Join('\n', await Task.WhenAll(ids.Take(3).Select(TellAsync))) + Said();

    private async Task<string> TellAsync(string id) =>
        $"{await ReadAsync(id)}\nReceived {CountReceived(id)} times; the relay heard: {string.Join(", ", Relay.Exchanges.TakeLast(60).Select(exchange => exchange.Verb))}";
}

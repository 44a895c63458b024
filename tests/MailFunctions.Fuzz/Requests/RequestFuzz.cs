using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MailFunctions.Api.Reference;
using MailFunctions.Contracts;
using MailFunctions.Keys;
using MailFunctions.LocalHost.Children;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.OpenApi;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Fuzz.Requests;

/// <summary>
/// Requests over all routes of the app as a process of its own, on an emulator: none is a fault of ours, each answer is as
/// openapi.json has it, and nothing of what they hold is in the log, at its most talkative.
/// </summary>
internal sealed class RequestFuzz : IFuzz
{
    public const string Canary = "c4n4ry";
    public const string FunctionKey = Canary + "-function-key";

    private static readonly TimeSpan ForAnswer = TimeSpan.FromMilliseconds(500);

    private static readonly ApiDescription Api = ReadApi();

    private readonly string _folder;
    private readonly RunningService _storage;
    private readonly SmtpSink _relay;
    private readonly AppProcess _app;
    private readonly HttpClient _client;
    private readonly string _apiKey;
    private readonly Lock _reading = new();
    private int _linesRead;

    private RequestFuzz(string folder, RunningService storage, SmtpSink relay, AppProcess app, string apiKey)
    {
        (_folder, _storage, _relay, _app, _apiKey) = (folder, storage, relay, app, apiKey);
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5), RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1 }) { BaseAddress = app.Url, Timeout = Timeout.InfiniteTimeSpan };
    }

    public int AtOnce => 6;

    public TimeSpan Patience { get; } = TimeSpan.FromMinutes(2);

    public Tally Tally { get; } = new();

    public IReadOnlyList<string> Expected { get; } = ["200", "202", "400", "401", "404", "415", "422", "raw 400"];

    public static async Task<RequestFuzz> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("mailfunctions-fuzz-").FullName;
        var account = AzuriteAccount.Random();
        var tools = new ToolInstallation(LocalFolders.Tools, TextWriter.Null, TimeProvider.System);
        var storage = await Azurite.Define(AzuritePorts.Any, account.Setting, tools, folder, dataFolder: null, endsWithParent: true).EnsureAsync(TextWriter.Null, cancellationToken);
        var connection = Azurite.ConnectionString(storage.Ports, account);
        var relay = new SmtpSink();
        var desk = await ApiKeyAdministration.OpenAsync(TestSettings.Configuration((TestSettings.Storage, connection)), cancellationToken);
        var apiKey = await desk.AddAsync(new KeyTerms { Name = "fuzz", Rights = [KeyRight.All], Senders = ["*"] }, cancellationToken);
        var app = await AppProcess.StartAsync(
            new AppProcessOptions
            {
                Assembly = Path.Combine(AppContext.BaseDirectory, "MailFunctions.LocalHost.dll"),
                StorageConnectionString = connection,
                RelayUrl = TestSettings.RelayUrl(relay.Port),
                Settings = new Dictionary<string, string>
                {
                    ["MailFunctions:AllowedSenders:0"] = "example.com",
                    ["MailFunctions:Attachments:Container"] = "files",
                    ["LocalHost:FunctionKey"] = FunctionKey,
                    ["Logging:LogLevel:Default"] = "Trace",
                    ["Logging:LogLevel:Microsoft"] = "Trace",
                    ["Logging:LogLevel:System.Net.Http"] = "Trace",
                    ["Logging:LogLevel:Azure"] = "Trace",
                },
            },
            cancellationToken);
        return new RequestFuzz(folder, storage, relay, app, apiKey);
    }

    public async Task<string?> TryAsync(int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var known = await AcceptAsync(random, cancellationToken);
        for (var i = 0; i < 5; i++)
        {
            var fault = random.Chance(8) ? await TryRawAsync(random, cancellationToken) : await TryOneAsync(random, known, cancellationToken);
            if ((fault ?? Leak()) is { } wrong)
                return wrong;
        }

        return _app.Exited.IsCompleted ? "the app has ended" : null;
    }

    public Task<string?> FinishAsync(CancellationToken cancellationToken) => Task.FromResult(Leak());

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        await _relay.DisposeAsync();
        if (_storage.Child is { } child)
            await child.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> AcceptAsync(Random random, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/emails") { Content = new StringContent(HostileJson.Mail(random), Encoding.UTF8, "application/json") };
        request.Headers.Add("x-functions-key", FunctionKey);
        using var answer = await _client.SendAsync(request, cancellationToken);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        Tally.Add(((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture));
        return body.RootElement.GetProperty("id").GetString()!;
    }

    private async Task<string?> TryOneAsync(Random random, string known, CancellationToken cancellationToken)
    {
        var isResend = random.Chance(15);
        var operation = random.Pick(Api.Operations);
        using var request = isResend ? HostileRequest.OfResend(random, _app.Url, known, _apiKey) : HostileRequest.Of(random, _app.Url, operation, known);
        HttpResponseMessage answer;
        try
        {
            answer = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        }
        catch (HttpRequestException exception) when (exception.InnerException is IOException && !_app.Exited.IsCompleted)
        {
            // It was refused by what stood before the body, and the connection ended while that was on its way.
            Tally.Add("end");
            return null;
        }

        using var _ = answer;
        var (status, body) = ((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(cancellationToken));
        Tally.Add(status.ToString(CultureInfo.InvariantCulture));
        return AnswerCheck.Fault(Api, isResend || request.Method.Method != operation.Method ? null : operation, isResend, status, answer.Content.Headers.ContentType?.MediaType, body) is { } fault
            ? $"{fault}\n  {request.Method} {request.RequestUri}\n  {await HostileRequest.ShownAsync(request)}"
            : null;
    }

    /// <summary>What is no HTTP, or hardly: it is refused, or the connection ends.</summary>
    private async Task<string?> TryRawAsync(Random random, CancellationToken cancellationToken)
    {
        var octets = RawRequest.Write(random, FunctionKey);
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, _app.Url.Port, cancellationToken);
        var stream = socket.GetStream();
        var answer = new byte[64];
        var read = 0;
        try
        {
            await stream.WriteAsync(octets, cancellationToken);
            read = await stream.ReadAtLeastAsync(answer, 12, throwOnEndOfStream: false, cancellationToken).AsTask().WaitAsync(ForAnswer, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException or TimeoutException)
        {
            // Reset: it had read enough. Or it waits for more, which does not come.
        }

        var line = Encoding.Latin1.GetString(answer, 0, read);
        Tally.Add(read >= 12 ? $"raw {line[9..12]}" : "raw end");
        return read >= 12 && line[9] == '5' && line[9..12] is not ("501" or "505") ? $"{line}\n  {Encoding.Latin1.GetString(octets)}" : null;
    }

    /// <summary>What was logged since the last look.</summary>
    private string? Leak()
    {
        lock (_reading)
        {
            var lines = _app.Output.ToList();
            for (; _linesRead < lines.Count; _linesRead++)
            {
                if (lines[_linesRead].Contains(Canary, StringComparison.OrdinalIgnoreCase) || lines[_linesRead].Contains(_apiKey[16..], StringComparison.Ordinal))
                    return $"the log has what it must not have: {lines[_linesRead++]}";
            }

            return null;
        }
    }

    private static ApiDescription ReadApi()
    {
        using var stream = typeof(ApiReference).Assembly.GetManifestResourceStream("MailFunctions.Api.Reference.openapi.json")!;
        return ApiDescription.Read(stream);
    }
}

using System.Reflection;
using System.Text;
using MailFunctions.Api.Reference;
using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.LocalHost;
using MailFunctions.LocalHost;
using MailFunctions.Mail;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Dns;
using MailFunctions.TestPeers.OpenApi;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using MailFunctions.Triggers;
using Microsoft.Azure.Functions.Worker;
using StorageNames = MailFunctions.Storage.StorageNames;

namespace MailFunctions.IntegrationTests.Api.Reference;

/// <summary>
/// All HTTP triggers on the local host, with a function key, and beside them the pipeline on the same storage: what
/// happens to the mails is for the test to say.
/// </summary>
internal sealed class ContractScene : IAsyncDisposable
{
    public const string Key = "kept-between-us";

    /// <summary>The container of attachments.</summary>
    public const string Files = "files";

    public static readonly ApiDescription Api = ReadApi();

    private readonly ScriptedDnsServer _dns;
    private readonly StorageProxy _storage;
    private readonly RunningFunctions _functions;

    private ContractScene(ScriptedDnsServer dns, ScriptedSmtpServer relay, TestApp pipeline, StorageProxy storage, RunningFunctions functions) =>
        (_dns, Relay, Pipeline, _storage, _functions) = (dns, relay, pipeline, storage, functions);

    public ScriptedSmtpServer Relay { get; }

    public TestApp Pipeline { get; }

    public HttpClient Client => _functions.Client;

    /// <summary>What the triggers see of storage; the pipeline beside them goes on.</summary>
    public bool Outage
    {
        set => _storage.Outage = value;
    }

    /// <summary>Storage answers nothing but what is asked of the audit trail.</summary>
    public bool Stalls
    {
        set
        {
            _storage.Faults = request => value && request.Name != StorageNames.AuditTable ? StorageFault.HoldBefore : StorageFault.None;
            if (!value)
                _storage.Release();
        }
    }

    /// <summary>Storage finds what the triggers ask for wrong, whatever it is: no outage, but a fault of ours.</summary>
    public bool Objects
    {
        set => _storage.Faults = _ => value ? StorageFault.RefuseWith(400) : StorageFault.None;
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ContractScene> StartAsync(string account)
    {
        var relay = new ScriptedSmtpServer();
        var dns = new ScriptedDnsServer();
        dns.Text("example.com", "v=spf1 ip4:192.0.2.1 ~all").MailExchange("example.com", 10, "mail.example.com").Address("mail.example.com", "192.0.2.1");
        var storage = await StorageProxy.StartAsync(account, Cancellation);
        var app = TestApp.On(account).WithRelay(relay, ("Name", "main")).With(TestSettings.Container, Files);
        var pipeline = await app.StartAsync();
        var functions = await app.On(storage.ConnectionString)
            .With(TestSettings.NameServer, dns.EndPoint.ToString())
            .With(TestSettings.AllowedSenders, "example.com,quota.example")
            .With("MailFunctions:Quotas:SenderDomains:0", "quota.example: mails_per_day=1,bytes_per_day=1000")
            // One process, whose calls may deliver by themselves.
            .With(TestSettings.HttpInstances, "1")
            .ServeAsync(Triggers(), options: new LocalHostOptions { FunctionKey = Key });
        return new ContractScene(dns, relay, pipeline, storage, functions);
    }

    public async ValueTask DisposeAsync()
    {
        await _functions.DisposeAsync();
        await _storage.DisposeAsync();
        await Pipeline.DisposeAsync();
        await Relay.DisposeAsync();
        await _dns.DisposeAsync();
    }

    /// <summary>A mail that has come to this state, by the shortest way.</summary>
    public async Task<string> MailAsync(EmailState state)
    {
        var rejects = state is EmailState.Failed or EmailState.Deferred;
        Relay.Script = exchange => (state, exchange.Verb) switch
        {
            (EmailState.Failed, "RCPT") => SmtpAction.Reply("550 5.1.1 No such user"),
            (EmailState.Deferred, "RCPT") => SmtpAction.Reply("451 4.7.1 Try again later"),
            (EmailState.Uncertain, SmtpExchange.FinalDot) => SmtpAction.Close.Stored(),
            _ => null,
        };
        var more = state switch
        {
            EmailState.Scheduled => $",\"scheduled_at\":\"{Pipeline.Get<TimeProvider>().GetUtcNow().AddHours(1):O}\"",
            EmailState.Failed => ",\"tags\":[{\"name\":\"kind\",\"value\":\"order\"}]",
            _ => "",
        };
        var lane = state is EmailState.Uncertain or EmailState.Dead ? "bulk" : "transactional";
        var id = await Pipeline.SubmitAsync(TestApp.Mail(to: rejects ? "ada@example.net" : "you@example.com", lane, more), Cancellation);
        if (state == EmailState.Dead)
            await DieAsync(id);
        else if (state is not (EmailState.Queued or EmailState.Scheduled))
            await Pipeline.DeliverUntilAsync(id, Cancellation, state);
        return id.ToString();
    }

    /// <summary>An answer that has to be this one, for what a test needs first.</summary>
    public async Task<string> RequireAsync(HttpMethod method, string path, string? json, int status)
    {
        using var request = new HttpRequestMessage(method, new Uri($"/api{path}", UriKind.Relative));
        request.Headers.Add("x-functions-key", Key);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await Client.SendAsync(request, Cancellation);
        var body = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True((int)answer.StatusCode == status, $"{method} {path}: {(int)answer.StatusCode} {body}");
        return body;
    }

    private async Task DieAsync(EmailId id)
    {
        for (var fault = 0; fault < ProcessingFailures.UntilDead; fault++)
            await Pipeline.Get<ProcessingFailures>().CountAsync(id, $"source {fault}", "broken", Cancellation);
    }

    /// <summary>The classes of all HTTP triggers.</summary>
    public static List<Type> Triggers() =>
    [
        .. typeof(SubmitEmail).Assembly.GetTypes()
            .Where(type => type.GetMethods().SelectMany(method => method.GetParameters()).Any(parameter => parameter.IsDefined(typeof(HttpTriggerAttribute)))),
    ];

    private static ApiDescription ReadApi()
    {
        using var stream = typeof(ApiReference).Assembly.GetManifestResourceStream("MailFunctions.Api.Reference.openapi.json")!;
        return ApiDescription.Read(stream);
    }
}

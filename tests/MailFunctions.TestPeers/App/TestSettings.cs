using Microsoft.Extensions.Configuration;

namespace MailFunctions.TestPeers.App;

/// <summary>The settings that tests give to an app: their names, as docs/configuration.md lists them, and the values that many tests share.</summary>
public static class TestSettings
{
    public const string Storage = "AzureWebJobsStorage";

    public const string CreateMissing = "MailFunctions:Storage:CreateMissing";

    public const string AllowedSenders = "MailFunctions:AllowedSenders";

    public const string AllowedHeaders = "MailFunctions:AllowedHeaders";

    /// <summary>The container whose blobs mails may name.</summary>
    public const string Container = "MailFunctions:Attachments:Container";

    public const string Lease = "MailFunctions:Delivery:Lease";

    public const string TransactionalFirst = "MailFunctions:Delivery:Transactional:First";

    public const string TransactionalLongest = "MailFunctions:Delivery:Transactional:Longest";

    public const string BulkFirst = "MailFunctions:Delivery:Bulk:First";

    public const string BulkLongest = "MailFunctions:Delivery:Bulk:Longest";

    public const string TransactionalInstances = "MailFunctions:Scale:TransactionalInstances";

    public const string BulkInstances = "MailFunctions:Scale:BulkInstances";

    public const string HttpInstances = "MailFunctions:Scale:HttpInstances";

    public const string Sandbox = "MailFunctions:Sandbox:Enabled";

    public const string SandboxAllow = "MailFunctions:Sandbox:Allow";

    public const string DivertTo = "MailFunctions:Sandbox:DivertTo";

    /// <summary>The key that the local host asks callers for.</summary>
    public const string FunctionKey = "LocalHost:FunctionKey";

    /// <summary>How long the local host hides a queue message.</summary>
    public const string QueueInvisibility = "LocalHost:QueueInvisibility";

    /// <summary>A relay that can be named in the settings and never be reached: nothing listens on the port.</summary>
    public const string NoRelay = "smtp://127.0.0.1:9?starttls=none";

    public const string NameServer = "MailFunctions:Dns:Server";

    /// <summary>A name server that never answers, so that no test asks a real one: nothing listens on the port.</summary>
    public const string NoNameServer = "127.0.0.1:9";

    /// <summary>Short enough to wait for its end. On a busy machine it may run out under a worker, before that has begun.</summary>
    public static (string Name, string Value) ShortLease => (Lease, "00:00:03");

    /// <summary>Too long to run out while a machine is busy, for tests in which no worker is lost.</summary>
    public static (string Name, string Value) PatientLease => (Lease, "00:01:00");

    /// <summary>A deferred mail is tried again after a second, each time.</summary>
    public static IReadOnlyList<(string Name, string Value)> QuickRetries =>
        [(TransactionalFirst, "00:00:01"), (TransactionalLongest, "00:00:01"), (BulkFirst, "00:00:01"), (BulkLongest, "00:00:01")];

    /// <summary>The name of a setting of the one relay.</summary>
    public static string Relay(string setting) => $"MailFunctions:Relay:{setting}";

    /// <summary>The name of a setting of one of several relays.</summary>
    public static string Relay(string relay, string setting) => $"MailFunctions:Relays:{relay}:{setting}";

    /// <summary>The name of the setting by which a host does not run a function.</summary>
    public static string Disabled(string function) => $"AzureWebJobs:{function}:Disabled";

    /// <summary>A relay on a port of this machine, without TLS.</summary>
    public static string RelayUrl(int port) => FormattableString.Invariant($"smtp://127.0.0.1:{port}?starttls=none");

    /// <summary>Makes a configuration of settings. A later value of a name replaces an earlier one.</summary>
    public static IConfiguration Configuration(params IEnumerable<(string Name, string? Value)> settings)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in settings)
            values[name] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }
}

using System.Globalization;

namespace MailFunctions.TestPeers.App;

/// <summary>The environment of the app under test: the caller's, without what would configure the app by accident.</summary>
internal static class AppEnvironment
{
    private static readonly string[] Configuring = ["AzureWebJobs", "MailFunctions", "LocalHost", "ASPNETCORE_", "DOTNET_ENVIRONMENT", "Kestrel", "Logging", "OTEL_", "APPLICATIONINSIGHTS_", "FUNCTIONS_", "AZURE_FUNCTIONS_"];

    public static void Apply(IDictionary<string, string?> environment, AppProcessOptions options)
    {
        foreach (var name in environment.Keys.Where(Configures).ToList())
            environment.Remove(name);

        environment["AzureWebJobsStorage"] = options.StorageConnectionString;
        Set("MailFunctions:Relay:Url", options.RelayUrl);
        Set("LocalHost:Port", options.Port.ToString(CultureInfo.InvariantCulture));
        foreach (var (key, value) in options.Settings)
            Set(key, value);

        void Set(string key, string value) => environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
    }

    private static bool Configures(string name) => Configuring.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}

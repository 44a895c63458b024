using Azure.Core;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Options;

namespace MailFunctions.Exporters;

/// <summary>The Application Insights resource that telemetry goes to.</summary>
/// <param name="Credential">Of the managed identity; null: the connection string's key is enough.</param>
/// <param name="KeepsAll">No sampler is configured.</param>
internal sealed record AzureMonitor(string ConnectionString, TokenCredential? Credential, bool KeepsAll = true)
{
    /// <param name="authentication">As on Functions: <c>Authorization=AAD</c>, and <c>ClientId=…</c> for a user-assigned identity.</param>
    /// <exception cref="OptionsValidationException">The authentication is not of that form.</exception>
    public static AzureMonitor Read(string connectionString, string? authentication) =>
        new(connectionString, authentication is null ? null : CredentialOf(authentication));

    public void Apply(AzureMonitorExporterOptions options)
    {
        options.ConnectionString = ConnectionString;
        options.Credential = Credential;
        // A second stream with samples of what passes, for a page that somebody may have open.
        options.EnableLiveMetrics = false;
        // Its default of five traces a second decides at each process anew, and leaves of a mail's tree the half before the queue.
        if (KeepsAll)
            options.TracesPerSecond = null;
        // Traces may be sampled; a log line is one of few for each mail, and is kept.
        options.EnableTraceBasedLogsSampler = false;
    }

    private static ManagedIdentityCredential CredentialOf(string authentication)
    {
        var parts = authentication.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2, StringSplitOptions.TrimEntries))
            .ToLookup(part => part[0], part => part.Length == 2 ? part[1] : "", StringComparer.OrdinalIgnoreCase);
        if (!"AAD".Equals(parts["Authorization"].FirstOrDefault(), StringComparison.OrdinalIgnoreCase))
            throw ExporterSettings.Refused($"{ExporterSettings.Authentication} must say Authorization=AAD, with ClientId=… for a user-assigned identity.");
        return new ManagedIdentityCredential(
            parts["ClientId"].FirstOrDefault() is { Length: > 0 } id ? ManagedIdentityId.FromUserAssignedClientId(id) : ManagedIdentityId.SystemAssigned);
    }
}

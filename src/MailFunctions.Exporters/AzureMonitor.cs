using Azure.Core;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Options;

namespace MailFunctions.Exporters;

/// <summary>The Application Insights resource that receives telemetry.</summary>
/// <param name="Credential">The credential of the managed identity; null: the connection string's key is enough.</param>
/// <param name="KeepsAll">No sampler is configured.</param>
internal sealed record AzureMonitor(string ConnectionString, TokenCredential? Credential, bool KeepsAll = true)
{
    /// <param name="authentication">The form of Functions: <c>Authorization=AAD</c>, and <c>ClientId=…</c> for a user-assigned identity.</param>
    /// <exception cref="OptionsValidationException">The authentication is not of that form.</exception>
    public static AzureMonitor Read(string connectionString, string? authentication) =>
        new(connectionString, authentication is null ? null : CredentialOf(authentication));

    public void Apply(AzureMonitorExporterOptions options)
    {
        options.ConnectionString = ConnectionString;
        options.Credential = Credential;
        // Live metrics are a second stream with samples, for a portal page that may be open.
        options.EnableLiveMetrics = false;
        // The exporter's default of five traces a second decides in each process anew, and keeps only the half of a
        // mail's trace before the queue.
        if (KeepsAll)
            options.TracesPerSecond = null;
        // Traces may be sampled; log lines are kept, since there are few for each mail.
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

using System.Globalization;
using System.Text.Json;

namespace MailFunctions.TestPeers.Functions;

/// <summary>What the package's host.json says of HTTP and queues.</summary>
internal sealed record HostRules(string RoutePrefix, int BatchSize, int NewBatchThreshold, int MaxDequeueCount, TimeSpan VisibilityTimeout)
{
    public static HostRules Read(string package)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(package, "host.json")));
        var extensions = document.RootElement.GetProperty("extensions");
        var queues = extensions.GetProperty("queues");
        if (queues.GetProperty("messageEncoding").GetString() != "none")
            throw new NotSupportedException("Only messageEncoding none is known here.");
        return new HostRules(
            extensions.GetProperty("http").GetProperty("routePrefix").GetString()!,
            queues.GetProperty("batchSize").GetInt32(),
            queues.GetProperty("newBatchThreshold").GetInt32(),
            queues.GetProperty("maxDequeueCount").GetInt32(),
            TimeSpan.Parse(queues.GetProperty("visibilityTimeout").GetString()!, CultureInfo.InvariantCulture));
    }
}

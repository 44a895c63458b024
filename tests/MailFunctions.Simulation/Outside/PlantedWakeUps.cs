using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MailFunctions.Mail;
using MailFunctions.Simulation.Scheduling;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using MailFunctions.TestPeers.Storage.Memory;

namespace MailFunctions.Simulation.Outside;

/// <summary>Faults in what wakes a mail.</summary>
internal static partial class PlantedWakeUps
{
    private const string Hidden = "visibilitytimeout";

    /// <summary>The time for which the message of a call is held back.</summary>
    private const string HeldBack = "300";

    public static StorageReply Lost(World world, MemoryStorage account, StorageCall call) =>
        IsPut(call) && call.Query.TryGetValue(Hidden, out var hidden) && hidden != "0" && world.Chance.Next(50) == 0 ? Unseen(world, call) : account.Perform(call);

    public static StorageReply LooksOnce(World world, MemoryStorage account, StorageCall call) =>
        call.Service == StorageService.Table && call.Method is "PATCH" or "PUT" && call.Path.StartsWith($"{StorageNames.ProgressTable}(PartitionKey='open'", StringComparison.Ordinal)
            ? new StorageReply(204) { Headers = { ["ETag"] = "W/\"none\"" } }
            : account.Perform(call);

    public static StorageReply EarlyRequeue(World world, MemoryStorage account, StorageCall call)
    {
        if (IsPut(call) && call.Query.TryGetValue(Hidden, out var hidden) && hidden == HeldBack)
            return account.Perform(call with { Query = new Dictionary<string, string>(call.Query) { [Hidden] = "0" } });
        var reply = account.Perform(call);
        var isShow = call is { Service: StorageService.Queue, Method: "PUT" } && call.Query.TryGetValue(Hidden, out var shown) && shown == "0";
        return isShow && reply.Status == 404 ? new StorageReply(204) { Headers = { ["x-ms-popreceipt"] = "gone", ["x-ms-time-next-visible"] = world.Now.ToString("R", CultureInfo.InvariantCulture) } } : reply;
    }

    public static StorageReply EarlyPoison(World world, MemoryStorage account, StorageCall call)
    {
        if (IsPut(call) && call.Path.Contains(StorageNames.PoisonSuffix, StringComparison.Ordinal))
        {
            foreach (Match found in MailIds().Matches(Encoding.UTF8.GetString(call.Body.Span)))
            {
                var id = EmailId.Parse(found.Value);
                var path = $"{StorageNames.EmailsTable}(PartitionKey='{id.PartitionKey}',RowKey='{id.RowKey}')";
                if (account.Find(StorageNames.EmailsTable, id.PartitionKey, id.RowKey) is { } row && row.TryGetValue("due_at", out var due) && due is DateTimeOffset later && later > world.Now)
                    account.Perform(Merge(path, string.Create(CultureInfo.InvariantCulture, $$"""{"due_at@odata.type":"Edm.DateTime","due_at":"{{world.Now.UtcDateTime:O}}"}""")));
            }
        }

        return account.Perform(call);
    }

    private static bool IsPut(StorageCall call) => call is { Service: StorageService.Queue, Method: "POST" };

    /// <summary>Answers as if a message had been put.</summary>
    private static StorageReply Unseen(World world, StorageCall call)
    {
        var elsewhere = new MemoryStorage(new SimulatedClock(world, new Life(), TimeSpan.Zero));
        elsewhere.Perform(call with { Method = "PUT", Path = call.Path.Split('/')[0], Body = default });
        return elsewhere.Perform(call);
    }

    private static StorageCall Merge(string path, string json) => new(
        StorageService.Table, "PATCH", path, new Dictionary<string, string>(), new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["If-Match"] = "*" }, Encoding.UTF8.GetBytes(json));

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex MailIds();
}

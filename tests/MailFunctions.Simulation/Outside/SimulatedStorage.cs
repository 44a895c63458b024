using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MailFunctions.Maintenance.Recovery;
using MailFunctions.Simulation.Scheduling;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using MailFunctions.TestPeers.Storage.Memory;

namespace MailFunctions.Simulation.Outside;

/// <summary>The storage account of a scenario: records each request, and lets others watch.</summary>
/// <param name="planted">A fault that is put into the app from here.</param>
internal sealed partial class SimulatedStorage(World world, PlantedFault planted)
{
    public MemoryStorage Account { get; } = new(new SimulatedClock(world, new Life(), TimeSpan.Zero));

    /// <summary>Called after each request that was carried out.</summary>
    public event Action<StorageCall, StorageReply>? Performed;

    /// <param name="refusal">0, or the status with which it is refused.</param>
    public StorageReply Perform(string who, StorageCall request, int refusal)
    {
        var reply = refusal == 0 ? planted.Perform(world, Account, request) : Account.Refuse(request, refusal, refusal == 503 ? "ServerBusy" : "InternalError");
        // The boundary of a transaction is the client's own chance.
        var body = request.Path == "$batch" ? default : request.Body.Span;
        world.Trace.Add(world.Now, who, request.Method, request.Query.TryGetValue("$filter", out var filter) ? $"{request.Path}?{filter}" : request.Path, reply.Status, body, () => NamesIn(request));
        if (refusal == 0)
            Performed?.Invoke(request, reply);
        return reply;
    }

    /// <summary>The rows with a text that contains another: the table, and the keys. The suppression list keeps its addresses.</summary>
    public IEnumerable<string> FindText(string text) =>
        from table in StorageNames.Tables
        where table != StorageNames.SuppressionsTable
        from row in Account.Entities(table)
        where row.Values.Any(value => value is string chars && chars.Contains(text, StringComparison.Ordinal))
        select $"{table} {row["PartitionKey"]}/{row["RowKey"]}";

    /// <summary>Loses every queue message and the schedule, as a restored copy may.</summary>
    public void Lose()
    {
        foreach (var queue in (string[])[StorageNames.BulkQueue, StorageNames.TransactionalQueue])
            Account.Perform(Call(StorageService.Queue, "DELETE", $"{queue}/messages"));
        foreach (var row in Account.Entities(StorageNames.ScheduleTable))
            Account.Perform(Call(StorageService.Table, "DELETE", $"{StorageNames.ScheduleTable}(PartitionKey='{row["PartitionKey"]}',RowKey='{row["RowKey"]}')"));
    }

    /// <summary>Moves the timers' progress, as if they had looked at each minute of a time without mail.</summary>
    /// <param name="everyMinuteFrom">Where the daily recovery is to go on instead; null to move it too.</param>
    public void MoveProgress(TimeSpan by, DateTimeOffset? everyMinuteFrom)
    {
        foreach (var name in (string[])[StatisticsCompiler.Fresh, StatisticsCompiler.Settling, StatisticsCompiler.Settled, StalledMailRecovery.Watermark, DailyRecovery.Watermark])
        {
            if (Account.Find(StorageNames.ProgressTable, "watermark", name) is not { } row)
                continue;
            var to = name == DailyRecovery.Watermark && everyMinuteFrom is { } from ? from : (DateTimeOffset)row["to"] + by;
            var json = string.Create(CultureInfo.InvariantCulture, $$"""{"to@odata.type":"Edm.DateTime","to":"{{to.UtcDateTime:O}}"}""");
            Account.Perform(Call(StorageService.Table, "PATCH", $"{StorageNames.ProgressTable}(PartitionKey='watermark',RowKey='{name}')", json));
        }
    }

    private static StorageCall Call(StorageService service, string method, string path, string body = "") => new(
        service, method, path, new Dictionary<string, string>(), new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["If-Match"] = "*" }, Encoding.UTF8.GetBytes(body));

    /// <summary>The mails that a transaction or a queue message names, for the story.</summary>
    private static string NamesIn(StorageCall request) => request.Path == "$batch" || request.Service == StorageService.Queue
        ? string.Concat(MailId().Matches(Encoding.UTF8.GetString(request.Body.Span)).Select(match => match.Value).Distinct().Select(id => $" {id}"))
        : "";

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex MailId();
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MailFunctions.Simulation.Scheduling;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using MailFunctions.TestPeers.Storage.Memory;

namespace MailFunctions.Simulation.Outside;

/// <summary>
/// A fault of the app that the simulation must find. It is made on the way to storage, so that the app itself has none.
/// </summary>
/// <param name="Change">Returns what is carried out in place of a request; null when it is only answered.</param>
internal sealed partial record PlantedFault(string Name, string Meaning, Func<World, MemoryStorage, StorageCall, StorageCall?> Change)
{
    public static PlantedFault None { get; } = new("none", "The app as it is.", (_, _, call) => call);

    public static IReadOnlyList<PlantedFault> All { get; } =
    [
        new("claim-without-etag", "Writes of the ledger do not look at the ETag.", (_, _, call) => WithoutETag(call)),
        new("lost-wake-up", "One of fifty hidden messages is not put: what wakes a deferred mail is missing.", (world, _, call) => IsHiddenMessage(call) && world.Chance.Next(50) == 0 ? null : call),
        new("replaced-event", "An event that stands already is replaced.", (_, account, call) => ReplacesEvent(account, call)),
    ];

    private static StorageCall WithoutETag(StorageCall call)
    {
        if (call.Path == "$batch" && Encoding.UTF8.GetString(call.Body.Span) is var body && EmailsPart().IsMatch(body))
            return call with { Body = Encoding.UTF8.GetBytes(IfMatch().Replace(body, "If-Match: *")) };
        return call.Path.StartsWith(StorageNames.EmailsTable + "(", StringComparison.Ordinal) && call.Headers.ContainsKey("If-Match") ? WithHeader(call, "If-Match", "*") : call;
    }

    private static bool IsHiddenMessage(StorageCall call) => call is { Service: StorageService.Queue, Method: "POST" }
        && call.Query.TryGetValue("visibilitytimeout", out var hidden) && int.Parse(hidden, CultureInfo.InvariantCulture) > 0;

    /// <summary>Deletes the rows that an insert would meet.</summary>
    private static StorageCall ReplacesEvent(MemoryStorage account, StorageCall call)
    {
        if (call.Service != StorageService.Table || !(call is { Method: "POST", Path: StorageNames.EventsTable } || (call.Path == "$batch" && EventsPart().IsMatch(Encoding.UTF8.GetString(call.Body.Span)))))
            return call;
        foreach (Match keys in Keys().Matches(Encoding.UTF8.GetString(call.Body.Span)))
        {
            var path = $"{StorageNames.EventsTable}(PartitionKey='{keys.Groups["partition"].Value}',RowKey='{keys.Groups["row"].Value}')";
            account.Perform(WithHeader(call with { Method = "DELETE", Path = path, Body = default }, "If-Match", "*"));
        }

        return call;
    }

    private static StorageCall WithHeader(StorageCall call, string name, string value) =>
        call with { Headers = new Dictionary<string, string>(call.Headers, StringComparer.OrdinalIgnoreCase) { [name] = value } };

    [GeneratedRegex(@"^(PUT|PATCH|MERGE) https?://[^/\s]+/Emails\(", RegexOptions.Multiline)]
    private static partial Regex EmailsPart();

    [GeneratedRegex(@"^POST https?://[^/\s]+/Events[ (?]", RegexOptions.Multiline)]
    private static partial Regex EventsPart();

    [GeneratedRegex("If-Match: [^\r\n]+")]
    private static partial Regex IfMatch();

    [GeneratedRegex("\"PartitionKey\":\"(?<partition>[^\"]+)\",\"RowKey\":\"(?<row>[^\"]+)\"")]
    private static partial Regex Keys();
}

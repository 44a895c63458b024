using System.Text;
using System.Text.RegularExpressions;
using MailFunctions.Simulation.Scheduling;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage.Memory;

namespace MailFunctions.Simulation.Outside;

/// <summary>Faults in how tables are written.</summary>
internal static partial class PlantedWrites
{
    private const string Batch = "$batch";

    public static StorageCall WithoutETag(StorageCall call)
    {
        if (call.Path == Batch && Text(call.Body) is var body && EmailsPart().IsMatch(body))
            return call with { Body = Encoding.UTF8.GetBytes(IfMatch().Replace(body, "If-Match: *")) };
        return call.Path.StartsWith(StorageNames.EmailsTable + "(", StringComparison.Ordinal) && call.Headers.ContainsKey("If-Match") ? WithHeader(call, "If-Match", "*") : call;
    }

    /// <summary>Deletes the rows that an insert would meet.</summary>
    public static StorageReply ReplacedEvent(World world, MemoryStorage account, StorageCall call)
    {
        if (call is { Method: "POST", Path: StorageNames.EventsTable } || (call.Path == Batch && EventsPart().IsMatch(Text(call.Body))))
        {
            foreach (Match keys in Keys().Matches(Text(call.Body)))
            {
                var path = $"{StorageNames.EventsTable}(PartitionKey='{keys.Groups["partition"].Value}',RowKey='{keys.Groups["row"].Value}')";
                account.Perform(WithHeader(call with { Method = "DELETE", Path = path, Body = default }, "If-Match", "*"));
            }
        }

        return account.Perform(call);
    }

    /// <summary>Answers a transaction that has failed with what another account answers, on which nothing stands in its way.</summary>
    public static StorageReply LostConflict(World world, MemoryStorage account, StorageCall call)
    {
        var reply = account.Perform(call);
        if (call.Path != Batch || !Conflict().IsMatch(Text(reply.Body)))
            return reply;
        var elsewhere = new MemoryStorage(new SimulatedClock(world, new Life(), TimeSpan.Zero));
        var table = TableOfPart().Match(Text(call.Body)).Groups["table"].Value;
        elsewhere.Perform(call with { Path = "Tables", Body = Encoding.UTF8.GetBytes($$"""{"TableName":"{{table}}"}""") });
        return elsewhere.Perform(call with { Body = Encoding.UTF8.GetBytes(IfMatchLine().Replace(Text(call.Body), "")) });
    }

    private static StorageCall WithHeader(StorageCall call, string name, string value) =>
        call with { Headers = new Dictionary<string, string>(call.Headers, StringComparer.OrdinalIgnoreCase) { [name] = value } };

    private static string Text(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span);

    [GeneratedRegex(@"^(PUT|PATCH|MERGE) https?://[^/\s]+/Emails\(", RegexOptions.Multiline)]
    private static partial Regex EmailsPart();

    [GeneratedRegex(@"^POST https?://[^/\s]+/Events[ (?]", RegexOptions.Multiline)]
    private static partial Regex EventsPart();

    [GeneratedRegex(@"^[A-Z]+ https?://[^/\s]+/(?<table>\w+)", RegexOptions.Multiline)]
    private static partial Regex TableOfPart();

    [GeneratedRegex(@"^HTTP/1\.1 4(09|12)", RegexOptions.Multiline)]
    private static partial Regex Conflict();

    [GeneratedRegex("If-Match: [^\r\n]+")]
    private static partial Regex IfMatch();

    [GeneratedRegex("If-Match: [^\r\n]+\r\n")]
    private static partial Regex IfMatchLine();

    [GeneratedRegex("\"PartitionKey\":\"(?<partition>[^\"]+)\",\"RowKey\":\"(?<row>[^\"]+)\"")]
    private static partial Regex Keys();
}

using System.Text;
using System.Text.RegularExpressions;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using MailFunctions.TestPeers.Storage.Memory;

namespace MailFunctions.Simulation.Promises;

/// <summary>Looks at each event that is inserted: the first insert decides what became of an attempt, and stays.</summary>
internal sealed partial class EventWatch(ICollection<string> broken)
{
    private readonly HashSet<string> _inserted = new(StringComparer.Ordinal);

    public void OnPerformed(StorageCall request, StorageReply reply)
    {
        if (request.Service != StorageService.Table || request.Method != "POST" || !reply.IsSuccess)
            return;
        if (request.Path != StorageNames.EventsTable && (request.Path != "$batch" || Failed().IsMatch(Text(reply.Body)) || !EventsPart().IsMatch(Text(request.Body))))
            return;
        foreach (Match keys in Keys().Matches(Text(request.Body)))
        {
            if (!_inserted.Add(keys.Value))
                broken.Add($"The event {keys.Groups["row"].Value} was inserted, and then replaced.");
        }
    }

    private static string Text(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span);

    [GeneratedRegex(@"^POST https?://[^/\s]+/Events[ (?]", RegexOptions.Multiline)]
    private static partial Regex EventsPart();

    [GeneratedRegex(@"^HTTP/1\.1 4", RegexOptions.Multiline)]
    private static partial Regex Failed();

    [GeneratedRegex("\"PartitionKey\":\"[^\"]+\",\"RowKey\":\"(?<row>[^\"]+)\"")]
    private static partial Regex Keys();
}

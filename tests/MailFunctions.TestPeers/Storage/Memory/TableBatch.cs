using System.Globalization;
using System.Text;

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>A transaction by "Performing entity group transactions": all of its writes, or none.</summary>
internal sealed class TableBatch(Func<string, MemoryTable> table, Func<DateTimeOffset> now)
{
    private const int MaxWrites = 100;
    private const int MaxBytes = 4 * 1024 * 1024;

    public StorageReply Perform(StorageCall call)
    {
        if (call.Body.Length > MaxBytes)
            throw new StorageRefusal(413, "RequestBodyTooLarge", "The request body is too large and exceeds the maximum permissible limit.");
        var parts = Parts(Encoding.UTF8.GetString(call.Body.Span), call.Root);
        if (parts.Count > MaxWrites)
            throw new StorageRefusal(400, "InvalidInput", "99:The batch request operation exceeds the maximum 100 changes per change set.");
        var writes = new List<(TableWrite Write, MemoryTable Table, MemoryEntity? Written)>();
        for (var i = 0; i < parts.Count; i++)
        {
            try
            {
                var match = TableService.Resource().Match(parts[i].Path);
                (string, string)? key = match.Groups["partition"].Success ? (Unquoted(match.Groups["partition"].Value), Unquoted(match.Groups["row"].Value)) : null;
                var write = TableWrite.Of(parts[i], match.Groups["name"].Value, key);
                if (i > 0 && (write.PartitionKey != writes[0].Write.PartitionKey || write.Table != writes[0].Write.Table))
                    throw new StorageRefusal(400, "CommandsInBatchActOnDifferentPartitions", "All commands in a batch must operate on same entity group.");
                if (writes.Any(other => other.Write.RowKey == write.RowKey))
                    throw new StorageRefusal(400, "InvalidDuplicateRow", "A command with RowKey is already present in the batch. An entity can appear only once in a batch.");
                var to = table(write.Table);
                writes.Add((write, to, write.Check(to, now())));
            }
            catch (StorageRefusal refusal)
            {
                return Answer([Failure(i, refusal)]);
            }
        }

        foreach (var (write, to, written) in writes)
            write.Apply(to, written);
        return Answer(writes.Select(one => Success(one.Written)));
    }

    private static List<StorageCall> Parts(string body, string root)
    {
        var at = body.IndexOf("boundary=", StringComparison.Ordinal) + "boundary=".Length;
        var boundary = "--" + body[at..body.IndexOf("\r\n", at, StringComparison.Ordinal)].Trim('"');
        return [.. body.Split(boundary)[1..^1].Select(part => ReadPart(part, root))];
    }

    /// <summary>Reads the MIME part of one request: its own headers, the request line, the request's headers, the body.</summary>
    private static StorageCall ReadPart(string part, string root)
    {
        var sections = part.Split("\r\n\r\n", 3);
        var lines = sections[1].Split("\r\n");
        var words = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var path = Uri.UnescapeDataString(new Uri(words[1]).AbsolutePath[(1 + root.Length)..]);
        return new StorageCall(StorageService.Table, words[0], path, new Dictionary<string, string>(), headers, Encoding.UTF8.GetBytes(sections.Length > 2 ? sections[2] : ""));
    }

    private static string Success(MemoryEntity? written) =>
        "HTTP/1.1 204 No Content\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\nPreference-Applied: return-no-content\r\nDataServiceVersion: 3.0;\r\n"
        + (written is null ? "" : $"ETag: {written.ETag}\r\n") + "\r\n\r\n";

    private static string Failure(int index, StorageRefusal refusal)
    {
        var message = string.Create(CultureInfo.InvariantCulture, $"{index}:{refusal.Message}");
        return string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {refusal.Status} {refusal.Code}\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\n")
            + $"Preference-Applied: return-no-content\r\nDataServiceVersion: 3.0;\r\nContent-Type: application/json;odata=minimalmetadata;streaming=true;charset=utf-8\r\n\r\n{Encoding.UTF8.GetString(StorageReply.ErrorJson(refusal.Code, message))}\r\n";
    }

    private static StorageReply Answer(IEnumerable<string> parts)
    {
        var body = new StringBuilder("--batchresponse_1\r\nContent-Type: multipart/mixed; boundary=changesetresponse_1\r\n\r\n");
        foreach (var part in parts)
            body.Append("--changesetresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n").Append(part);
        body.Append("--changesetresponse_1--\r\n--batchresponse_1--\r\n");
        return new StorageReply(202) { Body = Encoding.UTF8.GetBytes(body.ToString()) }.With("Content-Type", "multipart/mixed; boundary=batchresponse_1");
    }

    private static string Unquoted(string key) => key.Replace("''", "'", StringComparison.Ordinal);
}

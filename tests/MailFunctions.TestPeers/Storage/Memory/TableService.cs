using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>Tables by the REST reference of Table Storage.</summary>
internal sealed partial class TableService(TimeProvider clock)
{
    private const int MaxPage = 1000;

    private static readonly byte[] Nothing = """{"value":[]}"""u8.ToArray();

    private readonly Dictionary<string, MemoryTable> _tables = new(StringComparer.OrdinalIgnoreCase);
    private DateTimeOffset _latest;

    public StorageReply Perform(StorageCall call)
    {
        if (call.Path == "$batch")
            return new TableBatch(Table, Now).Perform(call);
        var match = Resource().Match(call.Path);
        var (name, key) = (match.Groups["name"].Value, match.Groups["partition"].Success ? (Key(match, "partition"), Key(match, "row")) : default((string, string)?));
        if (name == "Tables")
            return Administrate(call);
        if (call.Method == "GET" && key is null)
            return Query(Table(name), call);
        if (call.Method == "GET")
            return Read(Table(name), key!.Value, call);
        return TableWrite.Of(call, name, key).Perform(Table(name), Now());
    }

    /// <summary>The entities of a table, or of one partition of it, as they stand.</summary>
    public IEnumerable<MemoryEntity> Entities(string table, string? partitionKey) => _tables.GetValueOrDefault(table)?.From(partitionKey) ?? [];

    public MemoryEntity? Find(string table, string partitionKey, string rowKey) => _tables.GetValueOrDefault(table)?.Find(partitionKey, rowKey);

    /// <summary>The time of a write, of which no two are equal: an ETag is made of it.</summary>
    private DateTimeOffset Now() => _latest = clock.GetUtcNow() is var now && now > _latest ? now : _latest.AddTicks(1);

    private MemoryTable Table(string name) => _tables.GetValueOrDefault(name) ?? throw new StorageRefusal(404, "TableNotFound", "The table specified does not exist.");

    private StorageReply Administrate(StorageCall call)
    {
        if (call.Method == "DELETE")
            return _tables.Remove(NameInBrackets().Match(call.Path).Groups["name"].Value) ? new StorageReply(204) : throw new StorageRefusal(404, "ResourceNotFound", "The specified resource does not exist.");
        using var json = JsonDocument.Parse(call.Body);
        var name = json.RootElement.GetProperty("TableName").GetString()!;
        return _tables.TryAdd(name, new MemoryTable()) ? new StorageReply(204) : throw new StorageRefusal(409, "TableAlreadyExists", "The table specified already exists.");
    }

    private static StorageReply Read(MemoryTable table, (string PartitionKey, string RowKey) key, StorageCall call)
    {
        var entity = table.Find(key.PartitionKey, key.RowKey) ?? throw TableWrite.Missing();
        return StorageReply.OfJson(200, entity.ToJson(call.Parameter("$select"))).With("ETag", entity.ETag);
    }

    /// <summary>"Query Entities": at most 1,000 entities, in the order of their keys, and where to go on ("Query timeout and pagination").</summary>
    private static StorageReply Query(MemoryTable table, StorageCall call)
    {
        var filter = TableFilter.Parse(call.Parameter("$filter"));
        var top = call.Parameter("$top") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : MaxPage;
        if (top is < 1 or > MaxPage)
            throw new StorageRefusal(400, "InvalidInput", "$top is from 1 to 1000.");
        var from = call.Parameter("NextPartitionKey") is { } partition ? (Decode(partition), Decode(call.Parameter("NextRowKey") ?? "")) : default((string, string)?);
        var found = table.Matching(filter, from).Take(top + 1).ToList();
        var select = call.Parameter("$select");
        var reply = StorageReply.OfJson(200, found.Count == 0 ? Nothing : JsonText.Of(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("value");
            foreach (var entity in found.Take(top))
                json.WriteRawValue(entity.ToJson(select), skipInputValidation: true);
            json.WriteEndArray();
            json.WriteEndObject();
        }));
        return found.Count > top
            ? reply.With("x-ms-continuation-NextPartitionKey", Encode(found[top].PartitionKey)).With("x-ms-continuation-NextRowKey", Encode(found[top].RowKey))
            : reply;
    }

    /// <summary>A token is opaque to clients: like Azure's it has a version and base64.</summary>
    private static string Encode(string key) => $"1!{key.Length.ToString(CultureInfo.InvariantCulture)}!{Convert.ToBase64String(Encoding.UTF8.GetBytes(key)).Replace('+', '-').Replace('/', '_').Replace('=', '.')}";

    private static string Decode(string token) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(token.Split('!', 3)[2].Replace('-', '+').Replace('_', '/').Replace('.', '=')));

    private static string Key(Match match, string name) => match.Groups[name].Value.Replace("''", "'", StringComparison.Ordinal);

    [GeneratedRegex(@"\A(?<name>\w+)(?:\((?:PartitionKey='(?<partition>(?:[^']|'')*)',\s*RowKey='(?<row>(?:[^']|'')*)'|'\w+')?\))?\z", RegexOptions.Singleline)]
    internal static partial Regex Resource();

    [GeneratedRegex(@"\('(?<name>\w+)'\)")]
    private static partial Regex NameInBrackets();
}

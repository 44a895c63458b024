using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using MailFunctions.Storage;

namespace MailFunctions.IntegrationTests.Upgrade;

/// <summary>All that stands in a storage account, as a file: what one version wrote, for later ones to read.</summary>
internal sealed record StoredAccount
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, IndentSize = 1 };

    public required DateTimeOffset TakenAt { get; init; }

    /// <summary>What the mails are called in the tests, and their ids.</summary>
    public required Dictionary<string, string> Names { get; init; }

    /// <summary>By table; each row's properties as <c>type:value</c>.</summary>
    public required SortedDictionary<string, List<SortedDictionary<string, string>>> Tables { get; init; }

    public required SortedDictionary<string, List<string>> Queues { get; init; }

    /// <summary>By name, as base64.</summary>
    public required SortedDictionary<string, string> Blobs { get; init; }

    public static StoredAccount Parse(string json) => JsonSerializer.Deserialize<StoredAccount>(json, Json)!;

    public override string ToString() => JsonSerializer.Serialize(this, Json) + "\n";

    /// <summary>Queue messages that are hidden are not seen.</summary>
    public static async Task<StoredAccount> ReadAsync(StorageClients storage, Dictionary<string, string> names, CancellationToken cancellationToken)
    {
        var tables = new SortedDictionary<string, List<SortedDictionary<string, string>>>(StringComparer.Ordinal);
        foreach (var table in StorageNames.Tables)
        {
            var rows = await storage.Table(table).QueryAsync<TableEntity>(cancellationToken: cancellationToken).ToListAsync(cancellationToken);
            tables[table] = [.. rows.Select(ToText)];
        }

        var queues = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var queue in StorageNames.Queues)
            queues[queue] = [.. (await storage.Queue(queue).PeekMessagesAsync(32, cancellationToken)).Value.Select(message => message.Body.ToString())];

        var blobs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var container = storage.Container(StorageNames.ContentContainer);
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: cancellationToken))
            blobs[blob.Name] = Convert.ToBase64String((await container.GetBlobClient(blob.Name).DownloadContentAsync(cancellationToken)).Value.Content.ToArray());
        return new StoredAccount { TakenAt = TimeProvider.System.GetUtcNow(), Names = names, Tables = tables, Queues = queues, Blobs = blobs };
    }

    public async Task WriteAsync(StorageClients storage, CancellationToken cancellationToken)
    {
        foreach (var (table, rows) in Tables)
        {
            await storage.Table(table).CreateIfNotExistsAsync(cancellationToken);
            foreach (var row in rows)
                await storage.Table(table).AddEntityAsync(FromText(row), cancellationToken);
        }

        foreach (var (queue, messages) in Queues)
        {
            await storage.Queue(queue).CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            foreach (var message in messages)
                await storage.Queue(queue).SendMessageAsync(message, TimeSpan.Zero, TimeSpan.FromSeconds(-1), cancellationToken);
        }

        var container = storage.Container(StorageNames.ContentContainer);
        await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        foreach (var (name, bytes) in Blobs)
            await container.GetBlobClient(name).UploadAsync(new BinaryData(Convert.FromBase64String(bytes)), cancellationToken);
    }

    private static SortedDictionary<string, string> ToText(TableEntity row) => new(
        row.Where(property => property.Key is not ("odata.etag" or "Timestamp")).ToDictionary(property => property.Key, property => ToText(property.Value)), StringComparer.Ordinal);

    private static string ToText(object value) => value switch
    {
        string text => $"text:{text}",
        int number => string.Create(CultureInfo.InvariantCulture, $"int:{number}"),
        long number => string.Create(CultureInfo.InvariantCulture, $"long:{number}"),
        double number => string.Create(CultureInfo.InvariantCulture, $"double:{number:R}"),
        bool yes => yes ? "bool:true" : "bool:false",
        DateTimeOffset time => $"time:{time.UtcDateTime:O}",
        byte[] bytes => $"binary:{Convert.ToBase64String(bytes)}",
        _ => throw new NotSupportedException($"No row is known to hold a {value.GetType()}."),
    };

    private static TableEntity FromText(SortedDictionary<string, string> row) => new(row.ToDictionary(property => property.Key, property => FromText(property.Value)));

    private static object FromText(string text)
    {
        var value = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return text[..^(value.Length + 1)] switch
        {
            "text" => value,
            "int" => int.Parse(value, CultureInfo.InvariantCulture),
            "long" => long.Parse(value, CultureInfo.InvariantCulture),
            "double" => double.Parse(value, CultureInfo.InvariantCulture),
            "bool" => value == "true",
            "time" => DateTimeOffset.Parse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            "binary" => Convert.FromBase64String(value),
            var type => throw new NotSupportedException($"A row cannot hold '{type}'."),
        };
    }
}

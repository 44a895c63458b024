using System.Text.Json;

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>An entity of a table, as it is stored. Never changed: a write stores another.</summary>
internal sealed class MemoryEntity
{
    private const int MaxBytes = 1024 * 1024;
    private const int MaxKeyChars = 512;
    private const int MaxNameChars = 255;
    private const int MaxValueBytes = 64 * 1024;

    /// <summary>Beside the three that every entity has.</summary>
    private const int MaxProperties = 252;

    private MemoryEntity(string partitionKey, string rowKey, Dictionary<string, EdmValue> properties) => (PartitionKey, RowKey, Properties) = (partitionKey, rowKey, properties);

    public string PartitionKey { get; }

    public string RowKey { get; }

    /// <summary>All but keys and time stamp, in the order in which they were written.</summary>
    public IReadOnlyDictionary<string, EdmValue> Properties { get; }

    public DateTimeOffset Timestamp { get; private init; }

    public string ETag => $"W/\"datetime'{Uri.EscapeDataString(EdmValue.ToText(Timestamp))}'\"";

    /// <summary>Reads the body of a write, within the limits of "Understanding the Table service data model".</summary>
    /// <param name="keys">The keys of the URL; null for an insert, whose body has them.</param>
    public static MemoryEntity Read(ReadOnlyMemory<byte> body, (string PartitionKey, string RowKey)? keys)
    {
        using var json = JsonDocument.Parse(body);
        var types = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var property in json.RootElement.EnumerateObject().Where(property => property.Name.EndsWith("@odata.type", StringComparison.Ordinal)))
            types[property.Name[..^"@odata.type".Length]] = property.Value.GetString();
        var (partitionKey, rowKey) = (keys?.PartitionKey, keys?.RowKey);
        var properties = new Dictionary<string, EdmValue>(StringComparer.Ordinal);
        foreach (var property in json.RootElement.EnumerateObject())
        {
            if (property.Name == nameof(PartitionKey))
                partitionKey ??= property.Value.GetString();
            else if (property.Name == nameof(RowKey))
                rowKey ??= property.Value.GetString();
            else if (property.Name != nameof(Timestamp) && !property.Name.Contains("odata.", StringComparison.Ordinal) && EdmValue.Read(property.Value, types.GetValueOrDefault(property.Name)) is { } value)
                properties[property.Name] = value;
        }

        if (partitionKey is null || rowKey is null)
            throw new StorageRefusal(400, "PropertiesNeedValue", "The values are not specified for all properties in the entity.");
        return new MemoryEntity(partitionKey, rowKey, properties).Checked();
    }

    public MemoryEntity At(DateTimeOffset timestamp) => new(PartitionKey, RowKey, (Dictionary<string, EdmValue>)Properties) { Timestamp = timestamp };

    /// <summary>This entity, with the properties that another has in addition or with another value.</summary>
    public MemoryEntity Merged(MemoryEntity with)
    {
        var properties = new Dictionary<string, EdmValue>(Properties, StringComparer.Ordinal);
        foreach (var (name, value) in with.Properties)
            properties[name] = value;
        return new MemoryEntity(PartitionKey, RowKey, properties).Checked();
    }

    public EdmValue? Value(string name) => name switch
    {
        nameof(PartitionKey) => new EdmValue(PartitionKey),
        nameof(RowKey) => new EdmValue(RowKey),
        nameof(Timestamp) => new EdmValue(Timestamp),
        _ => Properties.TryGetValue(name, out var value) ? value : null,
    };

    /// <param name="select">The properties to write; null for all.</param>
    public void Write(Utf8JsonWriter json, IReadOnlyCollection<string>? select)
    {
        json.WriteStartObject();
        json.WriteString("odata.etag", ETag);
        if (select is null)
        {
            json.WriteString(nameof(PartitionKey), PartitionKey);
            json.WriteString(nameof(RowKey), RowKey);
            new EdmValue(Timestamp).Write(json, nameof(Timestamp));
            foreach (var (name, value) in Properties)
                value.Write(json, name);
        }
        else
        {
            foreach (var name in select)
                Value(name)?.Write(json, name);
        }

        json.WriteEndObject();
    }

    private MemoryEntity Checked()
    {
        CheckKey(PartitionKey);
        CheckKey(RowKey);
        if (Properties.Count > MaxProperties)
            throw new StorageRefusal(400, "TooManyProperties", "The entity contains more properties than allowed. Each entity can include up to 252 properties to store data.");
        var size = 4 + (2 * (PartitionKey.Length + RowKey.Length)) + 8;
        foreach (var (name, value) in Properties)
        {
            if (name.Length > MaxNameChars)
                throw new StorageRefusal(400, "PropertyNameTooLong", "The property name exceeds the maximum allowed length (255).");
            if (value.Value is string or byte[] && value.Size - 4 > MaxValueBytes)
                throw new StorageRefusal(400, "PropertyValueTooLarge", "The property value exceeds the maximum allowed size (64KB).");
            size += 8 + (2 * name.Length) + value.Size;
        }

        return size <= MaxBytes ? this : throw new StorageRefusal(400, "EntityTooLarge", "The entity is larger than the maximum allowed size (1MB).");
    }

    /// <summary>"Characters disallowed in key fields".</summary>
    private static void CheckKey(string key)
    {
        if (key.Length > MaxKeyChars)
            throw new StorageRefusal(400, "KeyValueTooLarge", "The key value is larger than the maximum allowed size (1KB).");
        if (key.Any(one => one is '/' or '\\' or '#' or '?' || char.IsControl(one)))
            throw new StorageRefusal(400, "OutOfRangeInput", "One of the request inputs is out of range.");
    }
}

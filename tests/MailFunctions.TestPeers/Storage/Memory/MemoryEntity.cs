using System.Buffers;
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

    private const string TypeAnnotation = "@odata.type";

    /// <summary>"Characters disallowed in key fields".</summary>
    private static readonly SearchValues<char> Disallowed = SearchValues.Create(
        [.. @"/\#?", .. Enumerable.Range(0, 0x20).Select(code => (char)code), .. Enumerable.Range(0x7F, 0x21).Select(code => (char)code)]);

    private readonly Dictionary<string, EdmValue> _properties;
    private string? _etag;

    /// <summary>The JSON that was asked for last, and its <c>$select</c>.</summary>
    private (byte[]? Json, string? Select) _written;

    private MemoryEntity(string partitionKey, string rowKey, Dictionary<string, EdmValue> properties) => (PartitionKey, RowKey, _properties) = (partitionKey, rowKey, properties);

    public string PartitionKey { get; }

    public string RowKey { get; }

    /// <summary>All but keys and time stamp, in the order in which they were written.</summary>
    public IReadOnlyDictionary<string, EdmValue> Properties => _properties;

    public DateTimeOffset Timestamp { get; private init; }

    public string ETag => _etag ??= $"W/\"datetime'{EdmValue.ToText(Timestamp).Replace(":", "%3A", StringComparison.Ordinal)}'\"";

    /// <summary>Reads the body of a write, within the limits of "Understanding the Table service data model".</summary>
    /// <param name="keys">The keys of the URL; null for an insert, whose body has them.</param>
    public static MemoryEntity Read(ReadOnlyMemory<byte> body, (string PartitionKey, string RowKey)? keys)
    {
        using var document = JsonDocument.Parse(body);
        var (partitionKey, rowKey) = (keys?.PartitionKey, keys?.RowKey);
        var types = new Dictionary<string, string?>(StringComparer.Ordinal);
        var given = new List<(string Name, JsonElement Value)>();
        foreach (var property in document.RootElement.EnumerateObject())
        {
            var name = property.Name;
            if (name == nameof(PartitionKey))
                partitionKey ??= property.Value.GetString();
            else if (name == nameof(RowKey))
                rowKey ??= property.Value.GetString();
            else if (name.EndsWith(TypeAnnotation, StringComparison.Ordinal))
                types[name[..^TypeAnnotation.Length]] = property.Value.GetString();
            else if (name != nameof(Timestamp) && !name.Contains("odata.", StringComparison.Ordinal))
                given.Add((name, property.Value));
        }

        var properties = new Dictionary<string, EdmValue>(given.Count, StringComparer.Ordinal);
        foreach (var (name, json) in given)
        {
            if (EdmValue.Read(json, types.GetValueOrDefault(name)) is { } value)
                properties[name] = value;
        }

        if (partitionKey is null || rowKey is null)
            throw new StorageRefusal(400, "PropertiesNeedValue", "The values are not specified for all properties in the entity.");
        return new MemoryEntity(partitionKey, rowKey, properties).Checked();
    }

    public MemoryEntity At(DateTimeOffset timestamp) => new(PartitionKey, RowKey, _properties) { Timestamp = timestamp };

    /// <summary>This entity, with the properties that another has in addition or with another value.</summary>
    public MemoryEntity Merged(MemoryEntity with)
    {
        var properties = new Dictionary<string, EdmValue>(_properties, StringComparer.Ordinal);
        foreach (var (name, value) in with._properties)
            properties[name] = value;
        return new MemoryEntity(PartitionKey, RowKey, properties).Checked();
    }

    public EdmValue? Value(string name) => name switch
    {
        nameof(PartitionKey) => new EdmValue(PartitionKey),
        nameof(RowKey) => new EdmValue(RowKey),
        nameof(Timestamp) => new EdmValue(Timestamp),
        _ => _properties.TryGetValue(name, out var value) ? value : null,
    };

    public Dictionary<string, object> ToValues()
    {
        var values = _properties.ToDictionary(property => property.Key, property => property.Value.Value, StringComparer.Ordinal);
        (values[nameof(PartitionKey)], values[nameof(RowKey)], values[nameof(Timestamp)], values["odata.etag"]) = (PartitionKey, RowKey, Timestamp, ETag);
        return values;
    }

    /// <summary>The entity as an answer has it.</summary>
    /// <param name="select">The names of the properties, separated by commas; null for all.</param>
    public byte[] ToJson(string? select)
    {
        if (_written.Json is null || _written.Select != select)
            _written = (JsonText.Of(json => Write(json, select?.Split(',', StringSplitOptions.TrimEntries))), select);
        return _written.Json;
    }

    private void Write(Utf8JsonWriter json, string[]? select)
    {
        json.WriteStartObject();
        json.WriteString("odata.etag", ETag);
        if (select is null)
        {
            json.WriteString(nameof(PartitionKey), PartitionKey);
            json.WriteString(nameof(RowKey), RowKey);
            new EdmValue(Timestamp).Write(json, nameof(Timestamp));
            foreach (var (name, value) in _properties)
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
        foreach (var (name, value) in _properties)
        {
            if (name.Length > MaxNameChars)
                throw new StorageRefusal(400, "PropertyNameTooLong", "The property name exceeds the maximum allowed length (255).");
            if (value.Value is string or byte[] && value.Size - 4 > MaxValueBytes)
                throw new StorageRefusal(400, "PropertyValueTooLarge", "The property value exceeds the maximum allowed size (64KB).");
            size += 8 + (2 * name.Length) + value.Size;
        }

        return size <= MaxBytes ? this : throw new StorageRefusal(400, "EntityTooLarge", "The entity is larger than the maximum allowed size (1MB).");
    }

    private static void CheckKey(string key)
    {
        if (key.Length > MaxKeyChars)
            throw new StorageRefusal(400, "KeyValueTooLarge", "The key value is larger than the maximum allowed size (1KB).");
        if (key.AsSpan().ContainsAny(Disallowed))
            throw new StorageRefusal(400, "OutOfRangeInput", "One of the request inputs is out of range.");
    }
}

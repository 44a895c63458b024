using System.Globalization;
using System.Text.Json;

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>A typed value of a table, by "Understanding the Table service data model".</summary>
/// <param name="Value">A string, int, long, double, bool, Guid, byte[] or, for a time, DateTimeOffset in UTC.</param>
internal readonly record struct EdmValue(object Value)
{
    /// <summary>The size by which the limit of an entity is measured, in bytes.</summary>
    public int Size => Value switch
    {
        string text => (2 * text.Length) + 4,
        byte[] octets => octets.Length + 4,
        bool => 1,
        int => 4,
        Guid => 16,
        _ => 8,
    };

    /// <param name="type">The annotation <c>{name}@odata.type</c>; null when there is none.</param>
    /// <returns>Null for a null, which a table does not keep.</returns>
    public static EdmValue? Read(JsonElement json, string? type) => (type, json.ValueKind) switch
    {
        (_, JsonValueKind.Null) => null,
        ("Edm.Int64", _) => new(long.Parse(json.GetString()!, CultureInfo.InvariantCulture)),
        ("Edm.DateTime", _) => new(DateTimeOffset.Parse(json.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUniversalTime()),
        ("Edm.Guid", _) => new(json.GetGuid()),
        ("Edm.Binary", _) => new(json.GetBytesFromBase64()),
        ("Edm.Double", JsonValueKind.String) => new(double.Parse(json.GetString()!, CultureInfo.InvariantCulture)),
        ("Edm.Double", _) => new(json.GetDouble()),
        (_, JsonValueKind.True or JsonValueKind.False) => new(json.GetBoolean()),
        (_, JsonValueKind.Number) => json.TryGetInt32(out var number) ? new(number) : new(json.GetDouble()),
        (_, JsonValueKind.String) => new(json.GetString()!),
        _ => throw new StorageRefusal(400, "InvalidInput", "One of the request inputs is not valid."),
    };

    public void Write(Utf8JsonWriter json, string name)
    {
        switch (Value)
        {
            case string chars:
                json.WriteString(name, chars);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case double number when double.IsFinite(number):
                // With a decimal point, by which a reader tells it from an integer.
                var text = number.ToString("R", CultureInfo.InvariantCulture);
                json.WritePropertyName(name);
                json.WriteRawValue(text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text);
                break;
            case double number:
                json.WriteString($"{name}@odata.type", "Edm.Double");
                json.WriteString(name, number.ToString(CultureInfo.InvariantCulture));
                break;
            case long number:
                json.WriteString($"{name}@odata.type", "Edm.Int64");
                json.WriteString(name, number.ToString(CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                json.WriteString($"{name}@odata.type", "Edm.DateTime");
                json.WriteString(name, ToText(time));
                break;
            case Guid guid:
                json.WriteString($"{name}@odata.type", "Edm.Guid");
                json.WriteString(name, guid);
                break;
            case byte[] octets:
                json.WriteString($"{name}@odata.type", "Edm.Binary");
                json.WriteBase64String(name, octets);
                break;
        }
    }

    /// <summary>Compares with a value of the same kind; null when the two cannot be compared.</summary>
    public int? CompareTo(EdmValue other) => (Value, other.Value) switch
    {
        (string one, string two) => string.CompareOrdinal(one, two),
        (DateTimeOffset one, DateTimeOffset two) => one.CompareTo(two),
        (Guid one, Guid two) => one.CompareTo(two),
        (bool one, bool two) => one.CompareTo(two),
        (byte[] one, byte[] two) => one.AsSpan().SequenceCompareTo(two),
        (int or long, int or long) => Convert.ToInt64(Value, CultureInfo.InvariantCulture).CompareTo(Convert.ToInt64(other.Value, CultureInfo.InvariantCulture)),
        (int or long or double, int or long or double) => Convert.ToDouble(Value, CultureInfo.InvariantCulture).CompareTo(Convert.ToDouble(other.Value, CultureInfo.InvariantCulture)),
        _ => null,
    };

    public static string ToText(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}

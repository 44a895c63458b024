using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MailFunctions.Http.Requests;

/// <summary>One JSON value of a request: its place, its kind, and its original bytes.</summary>
/// <remarks>
/// Strings stay in the body's buffer until they are read, so that an attachment is copied only once, when it is decoded.
/// <see cref="JsonDocument"/> would reserve an index as large as the body, and cannot locate a duplicate.
/// </remarks>
internal sealed class RequestValue(RequestValue? parent, string step, JsonTokenType kind, ReadOnlyMemory<byte> raw, bool escaped)
{
    /// <summary>The most characters of a step in a pointer, more than any known name has.</summary>
    private const int MostStepChars = 128;

    /// <summary>The JSON pointer (RFC 6901) of the value. Long names that a caller made up are shortened.</summary>
    public string Pointer => parent is null
        ? ""
        : $"{parent.Pointer}/{Shortened(step).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>The object or array that contains the value; null for the whole body.</summary>
    public RequestValue? Parent => parent;

    /// <summary>The field name or item number of the value; empty for the whole body.</summary>
    public string LastStep => step;

    /// <summary>The value as it was written.</summary>
    public ReadOnlyMemory<byte> Raw => raw;

    public bool IsNull => kind == JsonTokenType.Null;

    public bool IsString => kind == JsonTokenType.String;

    public bool IsObject => kind == JsonTokenType.StartObject;

    public bool IsArray => kind == JsonTokenType.StartArray;

    public bool IsTrue => kind == JsonTokenType.True;

    public bool IsFalse => kind == JsonTokenType.False;

    /// <summary>The fields in the order given; names are unique.</summary>
    public List<(string Name, RequestValue Value)> Members { get; } = [];

    public List<RequestValue> Items { get; } = [];

    /// <summary>The content of an array of numbers that was read as bytes, and then has no items; else null.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; set; }

    public RequestValue? Member(string name) => Members.Find(member => member.Name == name).Value;

    public string KindName => kind switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        _ => "null",
    };

    /// <summary>An upper bound of the string's length that needs no reading: every character takes at least one byte.</summary>
    public int MostChars => raw.Length - 2;

    /// <summary>A lower bound of the string's length: a UTF-16 code unit takes at most six bytes (\u0041).</summary>
    public int FewestChars => escaped ? (raw.Length - 2) / 6 : (raw.Length - 2) / 3;

    /// <summary>Reads the string; false when it contains half of a surrogate pair, which no text can hold (RFC 8259 section 8.2).</summary>
    public bool TryReadString([NotNullWhen(true)] out string? text)
    {
        if (!escaped)
        {
            text = Encoding.UTF8.GetString(raw.Span[1..^1]);
            return true;
        }

        var reader = new Utf8JsonReader(raw.Span);
        reader.Read();
        return TryUnescape(ref reader, out text);
    }

    /// <summary>
    /// Reads the string's UTF-8 bytes, taken from the body where nothing was escaped. False as for
    /// <see cref="TryReadString"/>.
    /// </summary>
    public bool TryReadUtf8(out ReadOnlyMemory<byte> utf8)
    {
        utf8 = raw[1..^1];
        if (!escaped)
            return true;

        var reader = new Utf8JsonReader(raw.Span);
        reader.Read();
        try
        {
            var unescaped = GC.AllocateUninitializedArray<byte>(raw.Length);
            utf8 = unescaped.AsMemory(0, reader.CopyString(unescaped));
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Reads the string or property name at the reader's position.</summary>
    public static bool TryUnescape(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // The reader throws for an escaped surrogate without a partner.
            text = null;
            return false;
        }
    }

    /// <summary>Creates a value at the same place with other fields, for bodies in another dialect.</summary>
    public RequestValue WithMembers(IEnumerable<(string Name, RequestValue Value)> members)
    {
        var other = new RequestValue(parent, step, kind, raw, escaped);
        other.Members.AddRange(members);
        return other;
    }

    /// <summary>Creates a value at the same place with other items.</summary>
    public RequestValue WithItems(IEnumerable<RequestValue> items)
    {
        var other = new RequestValue(parent, step, kind, raw, escaped);
        other.Items.AddRange(items);
        return other;
    }

    /// <summary>Creates a string that is not in the body.</summary>
    /// <param name="plain">ASCII that needs no escaping in JSON.</param>
    public static RequestValue OfText(RequestValue? parent, string step, ReadOnlySpan<byte> plain)
    {
        var quoted = GC.AllocateUninitializedArray<byte>(plain.Length + 2);
        plain.CopyTo(quoted.AsSpan(1));
        quoted[0] = quoted[^1] = (byte)'"';
        return new RequestValue(parent, step, JsonTokenType.String, quoted, escaped: false);
    }

    public static string Step(int index) => index.ToString(CultureInfo.InvariantCulture);

    private static string Shortened(string step)
    {
        if (step.Length <= MostStepChars)
            return step;
        var end = char.IsHighSurrogate(step[MostStepChars - 1]) ? MostStepChars - 1 : MostStepChars;
        return step[..end] + "…";
    }
}

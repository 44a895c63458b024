using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MailFunctions.Http.Requests;

/// <summary>One JSON value of a request: where it is, what it is, and the bytes it was written with.</summary>
/// <remarks>
/// Strings stay in the body's buffer until somebody asks for them, so that an attachment is copied once, when it is
/// decoded. <see cref="JsonDocument"/> would reserve an index as large as the body, and cannot say where a duplicate is.
/// </remarks>
internal sealed class RequestValue(RequestValue? parent, string step, JsonTokenType kind, ReadOnlyMemory<byte> raw, bool escaped)
{
    /// <summary>Longer than any name that is known anywhere.</summary>
    private const int MostStepChars = 128;

    /// <summary>A JSON pointer (RFC 6901). What a caller made up is repeated in part.</summary>
    public string Pointer => parent is null
        ? ""
        : $"{parent.Pointer}/{Shortened(step).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>The object or array that it stands in; null for the whole body.</summary>
    public RequestValue? Parent => parent;

    /// <summary>The name of the field, or the number of the item, that it is; empty for the whole body.</summary>
    public string LastStep => step;

    /// <summary>As it was written.</summary>
    public ReadOnlyMemory<byte> Raw => raw;

    public bool IsNull => kind == JsonTokenType.Null;

    public bool IsString => kind == JsonTokenType.String;

    public bool IsObject => kind == JsonTokenType.StartObject;

    public bool IsArray => kind == JsonTokenType.StartArray;

    public bool IsTrue => kind == JsonTokenType.True;

    public bool IsFalse => kind == JsonTokenType.False;

    /// <summary>In the order given; names are unique.</summary>
    public List<(string Name, RequestValue Value)> Members { get; } = [];

    public List<RequestValue> Items { get; } = [];

    /// <summary>An array of numbers that was read as bytes, and then has no items; else null.</summary>
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

    /// <summary>An upper bound of the string's length, known without reading it: no character is written with fewer bytes.</summary>
    public int MostChars => raw.Length - 2;

    /// <summary>A lower bound of the string's length: no UTF-16 code unit is written with more than six bytes (\u0041).</summary>
    public int FewestChars => escaped ? (raw.Length - 2) / 6 : (raw.Length - 2) / 3;

    /// <summary>False when the string holds half of a surrogate pair, which no text can hold (RFC 8259 section 8.2).</summary>
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

    /// <summary>The string's UTF-8 bytes: those of the body itself where nothing was escaped. False as for <see cref="TryReadString"/>.</summary>
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

    /// <summary>Reads the string or property name that the reader stands on.</summary>
    public static bool TryUnescape(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // The reader has no other way to say that an escaped surrogate has no partner.
            text = null;
            return false;
        }
    }

    /// <summary>The same place, with other fields: for bodies that are written in another dialect.</summary>
    public RequestValue WithMembers(IEnumerable<(string Name, RequestValue Value)> members)
    {
        var other = new RequestValue(parent, step, kind, raw, escaped);
        other.Members.AddRange(members);
        return other;
    }

    /// <summary>The same place, with other items.</summary>
    public RequestValue WithItems(IEnumerable<RequestValue> items)
    {
        var other = new RequestValue(parent, step, kind, raw, escaped);
        other.Items.AddRange(items);
        return other;
    }

    /// <summary>A string that the body does not have.</summary>
    /// <param name="plain">ASCII that JSON writes as it is.</param>
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

using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace MailFunctions.Http.Requests;

/// <summary>
/// Parses a body into values with their places. A syntax error is a problem by itself; a wrong name joins the other errors.
/// </summary>
internal sealed class RequestOutline
{
    /// <summary>The length in bytes of the longest name, greater than that of any known name with each character escaped.</summary>
    private const int MaxNameBytes = 1024;

    /// <summary>The number of values that are charged at a time.</summary>
    private const int Together = 1024;

    /// <summary>
    /// The memory of a value beside its text, in bytes of a body: an object with its place and two lists, written in JSON
    /// as two characters.
    /// </summary>
    private const int ValueBytes = 48;

    private readonly ReadOnlyMemory<byte> _body;
    private readonly ErrorList _errors;
    private readonly int _maxValues;
    private readonly bool _takesBytes;
    private readonly HeldMemory? _memory;
    private int _values;
    private bool _isStarved;

    private RequestOutline(ReadOnlyMemory<byte> body, ErrorList errors, int maxValues, bool takesBytes, HeldMemory? memory) =>
        (_body, _errors, _maxValues, _takesBytes, _memory) = (body, errors, maxValues, takesBytes, memory);

    /// <param name="body">Valid UTF-8.</param>
    /// <param name="maxValues">The most JSON values that the body may hold.</param>
    /// <param name="takesBytes">Whether <c>content</c> of an attachment, or <c>data</c> in it, may be a file as an array of
    /// numbers, read as one value of bytes.</param>
    /// <param name="memory">The request's share of the common memory; null charges nothing.</param>
    public static OrProblem<RequestValue> Parse(ReadOnlyMemory<byte> body, ErrorList errors, int maxValues, bool takesBytes = false, HeldMemory? memory = null)
    {
        var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = RequestLimits.JsonDepth });
        try
        {
            reader.Read();
            var outline = new RequestOutline(body, errors, maxValues, takesBytes, memory);
            var root = outline.ReadValue(ref reader, parent: null, step: "");
            reader.Read();
            if (outline._isStarved)
                return Problem.ServerBusy(RequestBody.BusyRetryAfter);
            return outline._values > maxValues
                ? Problem.Validation([new ProblemError(string.Create(CultureInfo.InvariantCulture, $"holds more than {maxValues} values"), "")])
                : root;
        }
        catch (JsonException e)
        {
            return Problem.InvalidJson(Describe(e));
        }
    }

    private RequestValue ReadValue(ref Utf8JsonReader reader, RequestValue? parent, string step)
    {
        var start = (int)reader.TokenStartIndex;
        var raw = _body[start..(int)reader.BytesConsumed];
        var value = new RequestValue(parent, step, reader.TokenType, raw, reader.TokenType == JsonTokenType.String && reader.ValueIsEscaped);

        if (++_values % Together == 0 && _memory?.TryHoldMore(Together * ValueBytes) == false)
            _isStarved = true;
        if (_values > _maxValues || _isStarved)
            SkipAll(ref reader);
        else if (value.IsObject)
            ReadMembers(ref reader, value);
        else if (value.IsArray)
            ReadItems(ref reader, value, _takesBytes && IsFile(value));

        return value;
    }

    /// <summary>
    /// Recognises <c>attachments/n/content</c> of an email (the body or an item of it), or <c>data</c> in that. Fields of
    /// these names elsewhere are not files.
    /// </summary>
    private static bool IsFile(RequestValue value) =>
        (value.LastStep == "data" ? value.Parent : value) is { LastStep: "content", Parent: { IsObject: true, Parent: { LastStep: "attachments", IsArray: true, Parent: { } email } } }
        && (email.Parent is null or { IsArray: true, Parent: null });

    private void ReadMembers(ref Utf8JsonReader reader, RequestValue value)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var fault = ReadName(ref reader, names, out var name);
            if (fault is not null)
                _errors.Add(value, fault);

            reader.Read();
            var member = ReadValue(ref reader, value, name);
            if (fault is null)
                value.Members.Add((name, member));
        }
    }

    private static string? ReadName(ref Utf8JsonReader reader, HashSet<string> names, out string name)
    {
        name = "…";
        if (reader.ValueSpan.Length > MaxNameBytes)
            return string.Create(CultureInfo.InvariantCulture, $"has a field whose name is {reader.ValueSpan.Length} bytes long");
        if (!RequestValue.TryUnescape(ref reader, out var text))
            return "has a field whose name holds half of a surrogate pair";

        name = text;
        return names.Add(text) ? null : $"has the field {ErrorList.Quote(text)} more than once";
    }

    private void ReadItems(ref Utf8JsonReader reader, RequestValue value, bool mayBeBytes)
    {
        var depth = reader.CurrentDepth;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (mayBeBytes && value.Items.Count == 0 && reader.TokenType == JsonTokenType.Number)
            {
                ReadBytes(ref reader, value, depth);
                return;
            }

            value.Items.Add(ReadValue(ref reader, value, RequestValue.Step(value.Items.Count)));
        }
    }

    /// <summary>Reads a file given as an array of numbers into bytes, since one value per byte would be too costly.</summary>
    private void ReadBytes(ref Utf8JsonReader reader, RequestValue value, int depth)
    {
        var bytes = new ArrayBufferWriter<byte>();
        do
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetByte(out var octet))
            {
                bytes.GetSpan(1)[0] = octet;
                bytes.Advance(1);
            }
            else if (value.Bytes is null)
            {
                _errors.Add(value, "is an array of which not every item is a byte, a whole number from 0 to 255");
                value.Bytes = default(ReadOnlyMemory<byte>);
            }
        }
        while (reader.Read() && (reader.TokenType != JsonTokenType.EndArray || reader.CurrentDepth > depth));

        value.Bytes = bytes.WrittenMemory;
    }

    /// <summary>Reads to the end without keeping anything, so that a syntax error is still found.</summary>
    private static void SkipAll(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
        }
    }

    private static string Describe(JsonException e) =>
        string.Create(CultureInfo.InvariantCulture, $"Line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {JsonFault.Of(e)}");
}

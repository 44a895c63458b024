using System.Globalization;

namespace MailFunctions.Http.Requests;

/// <summary>Reads the fields of one JSON object and refuses unknown ones. Null counts as absent.</summary>
internal sealed class RequestFields
{
    private readonly RequestValue _object;
    private readonly RequestValue? _defaults;
    private readonly ErrorList _errors;

    private RequestFields(RequestValue value, RequestValue? defaults, ErrorList errors) => (_object, _defaults, _errors) = (value, defaults, errors);

    /// <returns>Null, with an error, when the value is not an object.</returns>
    public static RequestFields? Of(RequestValue value, ErrorList errors, params ReadOnlySpan<string> known) => Of(value, null, errors, known);

    /// <param name="defaults">An object, already checked, that supplies the fields missing from <paramref name="value"/>.</param>
    /// <returns>Null, with an error, when the value is not an object.</returns>
    public static RequestFields? Of(RequestValue value, RequestValue? defaults, ErrorList errors, params ReadOnlySpan<string> known)
    {
        if (!value.IsObject)
        {
            errors.Add(value, $"must be an object, not {value.KindName}");
            return null;
        }

        foreach (var (name, member) in value.Members)
        {
            // Searching for a suggestion costs far more than detecting an unknown name.
            if (!known.Contains(name))
                errors.Add(member, $"is no field that is known here{(errors.MaySuggest ? Suggest(name, known) : "")}");
        }

        return new RequestFields(value, defaults, errors);
    }

    public RequestValue? Optional(string name) => Find(_object, name) ?? (_defaults is null ? null : Find(_defaults, name));

    public RequestValue? Required(string name, string message = "is required")
    {
        var value = Optional(name);
        if (value is null)
            _errors.Add($"{_object.Pointer}/{name}", message);
        return value;
    }

    /// <summary>
    /// Reads a string of at most <paramref name="maxChars"/> UTF-16 code units; null when absent or, with an error,
    /// invalid.
    /// </summary>
    public string? Text(RequestValue? value, int maxChars) => value is null ? null : ReadText(value, maxChars, _errors);

    /// <summary>Reads a boolean; the default when absent or, with an error, invalid.</summary>
    public bool Flag(string name, bool byDefault)
    {
        if (Optional(name) is not { } value)
            return byDefault;
        if (value is { IsTrue: false, IsFalse: false })
            _errors.Add(value, $"must be true or false, not {value.KindName}");
        return value.IsTrue || (byDefault && !value.IsFalse);
    }

    public static string? ReadText(RequestValue value, int maxChars, ErrorList errors)
    {
        if (!value.IsString)
        {
            errors.Add(value, $"must be a string, not {value.KindName}");
            return null;
        }

        var tooLong = value.FewestChars > maxChars;
        string? text = null;
        if (!tooLong && !value.TryReadString(out text))
        {
            errors.Add(value, "holds half of a surrogate pair, which is no character");
            return null;
        }

        if (tooLong || text!.Length > maxChars)
        {
            errors.Add(value, string.Create(CultureInfo.InvariantCulture, $"is too long: at most {maxChars} characters are allowed"));
            return null;
        }

        return text;
    }

    private static RequestValue? Find(RequestValue value, string name)
    {
        foreach (var (member, found) in value.Members)
        {
            if (member == name)
                return found.IsNull ? null : found;
        }

        return null;
    }

    private static string Suggest(string name, ReadOnlySpan<string> known) =>
        Suggestion.For(name, known) is { } meant ? $"; did you mean {meant}?" : $"; known are {string.Join(", ", known.ToArray())}";
}

using System.Globalization;
using MailFunctions.Http.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace MailFunctions.Http;

/// <summary>
/// Reads the query of every call. A parameter that is unknown, repeated or without a value is an error, reported with its
/// name: ignoring a misspelt filter would show, or change, more than was meant.
/// </summary>
internal sealed class QueryParameters
{
    /// <summary>Parameters that the host reads: the function's key.</summary>
    private static readonly string[] OfTheHost = ["code", "clientId"];

    private readonly IQueryCollection _parameters;
    private readonly List<ProblemError> _errors = [];

    /// <param name="known">The parameters of the call; none when it takes no parameters.</param>
    public QueryParameters(IQueryCollection parameters, IReadOnlyList<string> known)
    {
        _parameters = parameters;
        foreach (var unknown in parameters.Keys.Where(key => !known.Concat(OfTheHost).Contains(key, StringComparer.OrdinalIgnoreCase)).Take(RequestLimits.ListedErrors))
            Refuse(ErrorList.Shorten(unknown, 64), $"is not a parameter; {Known(unknown, known)}");

        foreach (var (name, values) in parameters.Where(parameter => known.Concat(OfTheHost).Contains(parameter.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (values.Count > 1)
                Refuse(NameOf(name, known), "is given more than once");
            else if (StringValues.IsNullOrEmpty(values))
                Refuse(NameOf(name, known), "has no value: leave it out, or give it one");
        }
    }

    public IReadOnlyList<ProblemError> Errors => _errors;

    /// <returns>The errors found so far as a problem; null when there are none.</returns>
    public Problem? Problem => _errors.Count == 0 ? null : Http.Problem.WrongParameters(_errors);

    /// <summary>Records an error; parameter and message together form a sentence.</summary>
    public void Refuse(string name, string message) => _errors.Add(new ProblemError(message, Parameter: name));

    /// <returns>The value; null unless there is exactly one, and it is not empty.</returns>
    public string? One(string name) => _parameters.TryGetValue(name, out var values) && values is [{ Length: > 0 } value] ? value : null;

    /// <returns>Null when the parameter is absent, or, with an error, when it is rejected by <paramref name="parse"/>.</returns>
    public T? One<T>(string name, string message, Func<string, T?> parse)
        where T : struct
    {
        if (One(name) is not { } text)
            return null;
        var value = parse(text);
        if (value is null)
            Refuse(name, message);
        return value;
    }

    /// <summary>Reads a whole number from 1, written in digits only.</summary>
    public int? Number(string name, int most) => One(
        name,
        most == int.MaxValue ? "must be a whole number from 1" : FormattableString.Invariant($"must be a number from 1 to {most}"),
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number : (int?)null);

    /// <summary>Reads an <see cref="Instant"/>. An unescaped plus in a URL arrives as a space.</summary>
    public DateTimeOffset? Time(string name) => One(
        name,
        "must be a time in ISO 8601 with an offset, such as 2026-11-23T10:42:00Z or 2026-11-23T11:42:00+01:00",
        text => Instant.TryParse(text is [.., ' ', _, _, ':', _, _] ? $"{text[..^6]}+{text[^5..]}" : text, out var time) && Instant.CanBound(time) ? time : (DateTimeOffset?)null);

    private static string Known(string unknown, IReadOnlyList<string> known) => known.Count == 0 ? "this call takes none"
        : Suggestion.For(unknown, [.. known]) is { } meant ? $"did you mean {meant}? These are: {string.Join(", ", known)}"
        : $"these are: {string.Join(", ", known)}";

    /// <summary>Returns the documented spelling of a name, whatever its case in the query.</summary>
    private static string NameOf(string name, IReadOnlyList<string> known) => known.FirstOrDefault(one => one.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;
}

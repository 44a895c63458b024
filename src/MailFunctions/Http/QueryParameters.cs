using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace MailFunctions.Http;

/// <summary>
/// Reads the query of every call: parameters that are not known, that are given twice or without a value are errors, each with
/// its parameter. A filter that were left out for a slip of the pen would show, or change, more than was meant.
/// </summary>
internal sealed class QueryParameters
{
    /// <summary>As many as the errors of a body.</summary>
    private const int MaxListed = 100;

    /// <summary>Read by the host, not by us: the function's key.</summary>
    private static readonly string[] OfTheHost = ["code", "clientId"];

    private readonly IQueryCollection _parameters;
    private readonly List<ProblemError> _errors = [];

    /// <param name="known">What may be asked for; none for a call that takes no parameters.</param>
    public QueryParameters(IQueryCollection parameters, IReadOnlyList<string> known)
    {
        _parameters = parameters;
        foreach (var unknown in parameters.Keys.Where(key => !known.Concat(OfTheHost).Contains(key, StringComparer.OrdinalIgnoreCase)).Take(MaxListed))
            Refuse(Shortened(unknown), $"is not a parameter; {Known(unknown, known)}");

        foreach (var (name, values) in parameters.Where(parameter => known.Concat(OfTheHost).Contains(parameter.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (values.Count > 1)
                Refuse(NameOf(name, known), "is given more than once");
            else if (StringValues.IsNullOrEmpty(values))
                Refuse(NameOf(name, known), "has no value: leave it out, or give it one");
        }
    }

    public IReadOnlyList<ProblemError> Errors => _errors;

    /// <returns>What is wrong so far; null for nothing.</returns>
    public Problem? Problem => _errors.Count == 0 ? null : Http.Problem.WrongParameters(_errors);

    /// <summary>Notes an error: parameter and message together are a sentence.</summary>
    public void Refuse(string name, string message) => _errors.Add(new ProblemError(message, Parameter: name));

    /// <returns>Null when there is not exactly one, with a value.</returns>
    public string? One(string name) => _parameters.TryGetValue(name, out var values) && values is [{ Length: > 0 } value] ? value : null;

    /// <returns>Null, with an error unless there is none, when <paramref name="parse"/> makes nothing of it.</returns>
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

    /// <summary>A whole number from 1, in digits alone.</summary>
    public int? Number(string name, int most) => One(
        name,
        most == int.MaxValue ? "must be a whole number from 1" : FormattableString.Invariant($"must be a number from 1 to {most}"),
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number : (int?)null);

    /// <summary>An <see cref="Instant"/>. A plus that was not escaped in the URL arrives as a space.</summary>
    public DateTimeOffset? Time(string name) => One(
        name,
        "must be a time in ISO 8601 with an offset, such as 2026-11-23T10:42:00Z or 2026-11-23T11:42:00+01:00",
        text => Instant.TryParse(text is [.., ' ', _, _, ':', _, _] ? $"{text[..^6]}+{text[^5..]}" : text, out var time) && Instant.CanBound(time) ? time : (DateTimeOffset?)null);

    private static string Known(string unknown, IReadOnlyList<string> known) => known.Count == 0 ? "this call takes none"
        : Suggestion.For(unknown, [.. known]) is { } meant ? $"did you mean {meant}? These are: {string.Join(", ", known)}"
        : $"these are: {string.Join(", ", known)}";

    /// <summary>As it is documented, whatever the case it was written in.</summary>
    private static string NameOf(string name, IReadOnlyList<string> known) => known.FirstOrDefault(one => one.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;

    private static string Shortened(string name) => name.Length <= 64 ? name : name[..64] + "…";
}

using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace MailFunctions.Http;

/// <summary>The parameters of one request's query, and what is wrong with them: every error, each with its parameter.</summary>
internal sealed class QueryParameters
{
    /// <summary>Read by the host, not by us: the function's key.</summary>
    private static readonly string[] OfTheHost = ["code", "clientId"];

    private readonly IQueryCollection _parameters;
    private readonly List<ProblemError> _errors = [];

    /// <param name="known">What may be asked for; anything else is an error, for a misspelt filter would show too much.</param>
    public QueryParameters(IQueryCollection parameters, IReadOnlyList<string> known)
    {
        _parameters = parameters;
        foreach (var unknown in parameters.Keys.Where(key => !known.Concat(OfTheHost).Contains(key, StringComparer.OrdinalIgnoreCase)))
            Refuse(Shortened(unknown), $"is not a parameter; these are: {string.Join(", ", known)}");
    }

    public IReadOnlyList<ProblemError> Errors => _errors;

    /// <summary>Notes an error: parameter and message together are a sentence.</summary>
    public void Refuse(string name, string message) => _errors.Add(new ProblemError(message, Parameter: name));

    /// <returns>Null, perhaps with an error, when there is not exactly one.</returns>
    public string? One(string name)
    {
        var values = _parameters.TryGetValue(name, out var found) ? found : StringValues.Empty;
        if (values.Count > 1)
            Refuse(name, "is given more than once");
        return values.Count == 1 ? values[0] ?? "" : null;
    }

    /// <summary>ISO 8601 with an offset. A plus that was not escaped in the URL arrives as a space.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (One(name) is not { } text)
            return null;
        if (TryTime(text.Replace(' ', '+'), out var time) && time.Year is > 2000 and < 9000)
            return time;
        Refuse(name, "must be a time in ISO 8601 with an offset, such as 2026-11-23T10:42:00Z or 2026-11-23T11:42:00+01:00");
        return null;
    }

    private static bool TryTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text,
        ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
        CultureInfo.InvariantCulture,
        DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal,
        out time) && (text.EndsWith('Z') || text[^6] is '+' or '-');

    private static string Shortened(string name) => name.Length <= 64 ? name : name[..64] + "…";
}

using System.Globalization;
using MailFunctions.Http;

namespace MailFunctions.Intake;

/// <summary>Collects all that is wrong with one request; lists the first hundred and counts the rest.</summary>
internal sealed class ErrorList
{
    private readonly List<ProblemError> _errors = [];
    private int _unlisted;

    public bool Any => _errors.Count > 0;

    public void Add(RequestValue place, string message) => Add(place.Pointer, message);

    public void Add(string pointer, string message)
    {
        if (_errors.Count < EmailLimits.ListedErrors)
            _errors.Add(new ProblemError(message, pointer));
        else
            _unlisted++;
    }

    public Problem ToProblem() => Problem.Validation(_errors, _unlisted);

    /// <summary>The caller's own words as an error may repeat them: in quotes, at most 64 characters, nothing that moves a cursor.</summary>
    public static string Quote(string text)
    {
        const int most = 64;
        var elements = StringInfo.ParseCombiningCharacters(text.Length > most ? text[..most] : text);
        var shown = text.Length > most ? text[..elements[^1]] + "…" : text;
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) ? '\uFFFD' : c))}'";
    }
}

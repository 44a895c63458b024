using System.Globalization;

namespace MailFunctions.Http.Requests;

/// <summary>Collects all that is wrong with one request; lists the first hundred and counts the rest.</summary>
/// <param name="suggestions">How many of its errors may say what was probably meant: as many as may come to be listed.</param>
internal sealed class ErrorList(int suggestions = RequestLimits.ListedErrors)
{
    private readonly List<ProblemError> _errors = [];
    private readonly HashSet<ProblemError> _known = [];
    private int _unlisted;

    public bool Any => _errors.Count > 0;

    /// <summary>False when the next error is not listed, or not by whoever takes this list over: nobody would read a suggestion.</summary>
    public bool MaySuggest => _errors.Count < suggestions;

    /// <summary>How many more it lists.</summary>
    public int Room => RequestLimits.ListedErrors - _errors.Count;

    /// <summary>The first hundred.</summary>
    public IReadOnlyList<ProblemError> Listed => _errors;

    public void Add(RequestValue place, string message) => Add(place.Pointer, message);

    public void Add(string pointer, string message) => Add(new ProblemError(message, pointer));

    /// <summary>Takes over what another list has, each once: what emails have in common is wrong in one place.</summary>
    /// <param name="email">Which of a batch they are about, as far as their place lies in it.</param>
    /// <param name="firstOnly">Leaves out the others.</param>
    public void AddAll(ErrorList others, (int Index, RequestValue Value)? email = null, bool firstOnly = false)
    {
        foreach (var error in firstOnly ? others._errors.Take(1) : others._errors)
            Add(email is { } place && error.Pointer!.StartsWith(place.Value.Pointer, StringComparison.Ordinal) ? error with { Index = place.Index } : error);
        _unlisted += firstOnly ? 0 : others._unlisted;
    }

    private void Add(ProblemError error)
    {
        if (!_known.Add(error))
            return;
        if (_errors.Count < RequestLimits.ListedErrors)
            _errors.Add(error);
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

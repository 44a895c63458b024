using System.Globalization;

namespace MailFunctions.Http.Requests;

/// <summary>Collects the errors of one request; lists the first hundred and counts the rest.</summary>
/// <param name="suggestions">The number of errors that may suggest what was meant: those that may end up in the answer.</param>
internal sealed class ErrorList(int suggestions = RequestLimits.ListedErrors)
{
    private readonly List<ProblemError> _errors = [];
    private readonly HashSet<ProblemError> _known = [];
    private int _unlisted;

    public bool Any => _errors.Count > 0;

    /// <summary>False when the next error will not be in the answer, where a suggestion would be wasted.</summary>
    public bool MaySuggest => _errors.Count < suggestions;

    /// <summary>The number of errors that can still be listed.</summary>
    public int Room => RequestLimits.ListedErrors - _errors.Count;

    /// <summary>The first hundred errors.</summary>
    public IReadOnlyList<ProblemError> Listed => _errors;

    public void Add(RequestValue place, string message) => Add(place.Pointer, message);

    public void Add(string pointer, string message) => Add(new ProblemError(message, pointer));

    /// <summary>Adds the errors of another list, each once: emails of a batch share the errors of their common fields.</summary>
    /// <param name="email">The email of a batch that an error concerns if its place is within that email.</param>
    /// <param name="firstOnly">Adds the first error only.</param>
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

    /// <summary>Quotes a caller's text in an error: at most 64 characters, control characters replaced.</summary>
    public static string Quote(string text) => $"'{string.Concat(Shorten(text, 64).Select(c => char.IsControl(c) ? '\uFFFD' : c))}'";

    /// <summary>Returns at most so many UTF-16 code units of a text, whole characters and an ellipsis if it has more.</summary>
    public static string Shorten(string text, int most) =>
        text.Length <= most ? text : text[..StringInfo.ParseCombiningCharacters(text[..most])[^1]] + "…";
}

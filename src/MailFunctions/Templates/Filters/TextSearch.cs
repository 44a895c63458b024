namespace MailFunctions.Templates.Filters;

/// <summary>
/// Searches for one text in another, by code units, in time that grows with the sum of their lengths. The framework's search
/// grows with their product in the worst case, such as a long run of one letter in a longer one.
/// </summary>
/// <remarks>The algorithm of Knuth, Morris and Pratt. The framework searches for short texts, where its worst case is small.</remarks>
internal sealed class TextSearch
{
    private const int Short = 16;

    private readonly string _wanted;

    /// <summary>The length of the longest border of each prefix of the wanted text; null where the framework searches.</summary>
    private readonly int[]? _borders;

    /// <param name="wanted">Not empty.</param>
    public TextSearch(string wanted)
    {
        _wanted = wanted;
        if (wanted.Length <= Short)
            return;
        _borders = new int[wanted.Length];
        for (int i = 1, border = 0; i < wanted.Length; i++)
        {
            while (border > 0 && wanted[i] != wanted[border])
                border = _borders[border - 1];
            if (wanted[i] == wanted[border])
                border++;
            _borders[i] = border;
        }
    }

    /// <summary>Finds the first place at or after an index; -1 when there is none.</summary>
    public int First(string text, int from = 0)
    {
        if (_borders is null)
            return text.IndexOf(_wanted, from, StringComparison.Ordinal);
        for (int i = from, matched = 0; i < text.Length; i++)
        {
            while (matched > 0 && text[i] != _wanted[matched])
                matched = _borders[matched - 1];
            if (text[i] == _wanted[matched])
                matched++;
            if (matched == _wanted.Length)
                return i + 1 - matched;
        }

        return -1;
    }

    /// <summary>Finds all places that do not overlap, from the start.</summary>
    public IEnumerable<int> All(string text)
    {
        for (var at = First(text); at >= 0; at = First(text, at + _wanted.Length))
            yield return at;
    }

    /// <summary>Finds the last place; -1 when there is none. It may overlap with an earlier one.</summary>
    public int Last(string text)
    {
        if (_borders is null)
            return text.LastIndexOf(_wanted, StringComparison.Ordinal);
        var last = -1;
        for (int i = 0, matched = 0; i < text.Length; i++)
        {
            while (matched > 0 && (matched == _wanted.Length || text[i] != _wanted[matched]))
                matched = _borders[matched - 1];
            if (text[i] == _wanted[matched])
                matched++;
            if (matched == _wanted.Length)
                last = i + 1 - matched;
        }

        return last;
    }
}

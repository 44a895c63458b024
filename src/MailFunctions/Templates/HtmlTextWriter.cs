using System.Text;

namespace MailFunctions.Templates;

/// <summary>Lays text out in lines: a run of white space becomes one space, and at most one line in a row stays empty.</summary>
internal sealed class HtmlTextWriter(int limit)
{
    private readonly StringBuilder _text = new();
    private int _breaks;
    private bool _space;
    private bool _cell;
    private string? _prefix;

    /// <summary>True when the last character was written, so that a joiner may follow it.</summary>
    private bool _afterText;

    /// <summary>A joiner held back until the next character is written.</summary>
    private char? _joiner;

    public bool IsFull => _text.Length >= limit;

    public int Length => _text.Length;

    public void Write(string text, bool preformatted)
    {
        foreach (var c in text)
        {
            if (IsFull)
                return;
            if (preformatted && c == '\n')
                Break();
            else if (c == '\r')
                continue;
            else if (IsJoiner(c) && _afterText)
                (_joiner, _afterText) = (c, false);
            else if (IsJoiner(c) || IsInvisible(c))
                (_joiner, _afterText) = (null, false);
            else if (preformatted ? char.IsControl(c) : char.IsWhiteSpace(c) || char.IsControl(c))
                (_joiner, _afterText, _space) = (null, false, true);
            else
                Append(c);
        }
    }

    /// <summary>Begins a new line, if there is anything on this one.</summary>
    public void Line()
    {
        _breaks = Math.Max(_breaks, 1);
        (_space, _cell) = (false, false);
    }

    /// <summary>Ends this line, even an empty one.</summary>
    public void Break()
    {
        _breaks = Math.Min(_breaks + 1, 2);
        (_space, _cell) = (false, false);
    }

    /// <summary>Begins a new line after an empty one.</summary>
    public void Paragraph()
    {
        _breaks = 2;
        (_space, _cell) = (false, false);
    }

    /// <summary>Separates the next text from the text already on this line.</summary>
    public void Cell() => _cell = true;

    /// <summary>Writes the prefix before the next text; not at all when no text follows.</summary>
    public void Prefix(string prefix) => _prefix = prefix;

    /// <param name="start">Text before this index is ignored.</param>
    public bool EndsWith(string text, int start)
    {
        if (_text.Length - start < text.Length)
            return false;
        for (var i = 1; i <= text.Length; i++)
        {
            if (_text[^i] != text[^i])
                return false;
        }

        return true;
    }

    /// <returns>The text up to the limit, never ending in half of a surrogate pair.</returns>
    public string Finish()
    {
        var length = Math.Min(_text.Length, limit);
        return _text.ToString(0, length > 0 && char.IsHighSurrogate(_text[length - 1]) ? length - 1 : length);
    }

    private void Append(char c)
    {
        if (_text.Length > 0 && _breaks > 0)
            _text.Append('\n', _breaks);
        else if (_text.Length > 0 && _cell)
            _text.Append(" | ");
        else if (_text.Length > 0 && _space && _prefix is null)
            _text.Append(' ');
        else if (_prefix is null && _joiner is { } joiner)
            _text.Append(joiner);

        _text.Append(_prefix).Append(c);
        (_breaks, _space, _cell, _prefix, _joiner, _afterText) = (0, false, false, null, null, true);
    }

    /// <summary>Detects the fillers of preview lines and the hints for breaking words.</summary>
    private static bool IsInvisible(char c) => c is '\u00AD' or '\u200B' or '\u2060' or '\uFEFF' or '\u034F';

    /// <summary>
    /// Detects joiners. Between letters or parts of an emoji they carry meaning; next to white space or another joiner they
    /// are fillers.
    /// </summary>
    private static bool IsJoiner(char c) => c is '\u200C' or '\u200D';
}

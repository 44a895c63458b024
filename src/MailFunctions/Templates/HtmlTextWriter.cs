using System.Text;

namespace MailFunctions.Templates;

/// <summary>Lays text out in lines: runs of white space are one space, and no more than one line is left empty.</summary>
internal sealed class HtmlTextWriter(int limit)
{
    private readonly StringBuilder _text = new();
    private int _breaks;
    private bool _space;
    private bool _cell;
    private string? _prefix;

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
            else if (c == '\r' || IsInvisible(c))
                continue;
            else if (preformatted ? char.IsControl(c) : char.IsWhiteSpace(c) || char.IsControl(c))
                _space = true;
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

    /// <summary>Separates what follows from what is on this line already.</summary>
    public void Cell() => _cell = true;

    /// <summary>Stands before the next text, and not at all when there is none.</summary>
    public void Prefix(string prefix) => _prefix = prefix;

    /// <param name="start">Nothing before it is looked at.</param>
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

    public string Finish() => _text.ToString(0, Math.Min(_text.Length, limit));

    private void Append(char c)
    {
        if (_text.Length > 0 && _breaks > 0)
            _text.Append('\n', _breaks);
        else if (_text.Length > 0 && _cell)
            _text.Append(" | ");
        else if (_text.Length > 0 && _space && _prefix is null)
            _text.Append(' ');

        _text.Append(_prefix).Append(c);
        (_breaks, _space, _cell, _prefix) = (0, false, false, null);
    }

    /// <summary>Fillers of preview lines, and hints for breaking words.</summary>
    private static bool IsInvisible(char c) => c is '\u00AD' or '\u200B' or '\u200C' or '\u200D' or '\u2060' or '\uFEFF' or '\u034F';
}

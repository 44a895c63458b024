using MimeKit.Text;

namespace MailFunctions.Templates;

/// <summary>
/// The plain text of an HTML body, for readers that show no HTML: paragraphs, lists, tables, and links with their
/// address. It reads the tags in sequence and builds no tree, so it handles any depth of nesting.
/// </summary>
internal sealed class HtmlText
{
    private readonly HtmlTextWriter _writer = new(TemplateLimits.OutputChars);
    private readonly Stack<ListLevel> _lists = new();
    private string? _skipped;
    private int _skippedDepth;
    private string? _link;
    private int _linkStart;
    private int _preformatted;

    /// <summary>Elements whose content is never text. The tokenizer reads the content of most of them as one piece.</summary>
    private static readonly HashSet<string> Unshown = new(StringComparer.OrdinalIgnoreCase) { "script", "style", "title", "template", "svg", "object", "select", "textarea" };

    private HtmlText()
    {
    }

    /// <summary>
    /// Returns at most as much text as a mail may have; empty when the HTML shows nothing but pictures without a
    /// description.
    /// </summary>
    /// <remarks>Takes one pass over the HTML, whatever it contains.</remarks>
    public static string From(string html)
    {
        var text = new HtmlText();
        var tokenizer = new HtmlTokenizer(new StringReader(html)) { DecodeCharacterReferences = true, IgnoreTruncatedTags = true };
        while (!text._writer.IsFull && tokenizer.ReadNextToken(out var token))
        {
            if (token is HtmlTagToken tag)
                text.ReadTag(tag);
            else if (token.Kind is HtmlTokenKind.Data or HtmlTokenKind.CData && text._skipped is null)
                text._writer.Write(((HtmlDataToken)token).Data, text._preformatted > 0);
        }

        text.EndLink();
        return text._writer.Finish();
    }

    private void ReadTag(HtmlTagToken tag)
    {
        var name = tag.Name.ToLowerInvariant();
        if (_skipped is not null)
            SkipTag(tag, name);
        else if (!tag.IsEndTag && !tag.IsEmptyElement && (Unshown.Contains(name) || IsHidden(tag, name)))
            (_skipped, _skippedDepth) = (name, 1);
        else if (tag.IsEndTag)
            Close(name);
        else
            Open(tag, name);
    }

    private void SkipTag(HtmlTagToken tag, string name)
    {
        if (name == _skipped && !tag.IsEmptyElement && (_skippedDepth += tag.IsEndTag ? -1 : 1) == 0)
            _skipped = null;
    }

    private void Open(HtmlTagToken tag, string name)
    {
        switch (name)
        {
            case "br":
                _writer.Break();
                break;
            case "hr":
                _writer.Paragraph();
                _writer.Write("----------", preformatted: false);
                _writer.Paragraph();
                break;
            case "img":
                if (Attribute(tag, "alt") is { } description)
                    _writer.Write(description, preformatted: false);
                break;
            case "a":
                EndLink();
                (_link, _linkStart) = (Attribute(tag, "href"), _writer.Length);
                break;
            case "ul" or "ol":
                OpenList(name);
                break;
            case "li":
                OpenItem();
                break;
            case "td" or "th":
                _writer.Cell();
                break;
            default:
                if (name == "pre")
                    _preformatted++;
                Separate(name);
                break;
        }
    }

    private void Close(string name)
    {
        switch (name)
        {
            case "a":
                EndLink();
                break;
            case "ul" or "ol":
                _lists.TryPop(out _);
                if (_lists.Count == 0)
                    _writer.Paragraph();
                else
                    _writer.Line();
                break;
            case "pre":
                _preformatted = Math.Max(0, _preformatted - 1);
                _writer.Paragraph();
                break;
            default:
                Separate(name);
                break;
        }
    }

    private void Separate(string name)
    {
        switch (name)
        {
            case "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "blockquote" or "table" or "pre" or "dl" or "fieldset":
                _writer.Paragraph();
                break;
            case "div" or "tr" or "li" or "section" or "article" or "header" or "footer" or "main" or "nav" or "aside" or "address" or "dt" or "dd"
                or "caption" or "center" or "form" or "figure" or "figcaption" or "body" or "html" or "option":
                _writer.Line();
                break;
        }
    }

    private void OpenList(string name)
    {
        if (_lists.Count == 0)
            _writer.Paragraph();

        // Deeper levels all look the same, so they are not remembered.
        if (_lists.Count < 10)
            _lists.Push(new ListLevel(name == "ol"));
    }

    private void OpenItem()
    {
        _writer.Line();
        var bullet = _lists.TryPeek(out var list) && list.Numbered ? FormattableString.Invariant($"{++list.Number}. ") : "- ";
        _writer.Prefix(new string(' ', 2 * Math.Max(0, _lists.Count - 1)) + bullet);
    }

    /// <summary>Writes the address after the words of the link, unless the words are the address.</summary>
    private void EndLink()
    {
        if (_link is { Length: <= 2000 } address && IsShown(address) && !_writer.EndsWith(address, _linkStart))
            _writer.Write(_writer.Length == _linkStart ? address : $" ({address})", preformatted: false);
        _link = null;
    }

    private static bool IsShown(string address) =>
        address.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || address.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Detects a preview line, meant for the list of mails only. Covers just elements whose end tag is always written.</summary>
    private static bool IsHidden(HtmlTagToken tag, string name) => name is "div" or "span" or "table"
        && Attribute(tag, "style") is { } style
        && style.Replace(" ", "", StringComparison.Ordinal).Contains("display:none", StringComparison.OrdinalIgnoreCase);

    private static string? Attribute(HtmlTagToken tag, string name) =>
        tag.Attributes.FirstOrDefault(attribute => attribute.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Value?.Trim() is { Length: > 0 } value ? value : null;

    private sealed class ListLevel(bool numbered)
    {
        public bool Numbered => numbered;

        public int Number { get; set; }
    }
}

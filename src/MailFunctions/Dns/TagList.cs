namespace MailFunctions.Dns;

/// <summary>The list of tags that the records of DKIM, DMARC and others have in common (RFC 6376 section 3.2).</summary>
internal sealed class TagList
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private TagList()
    {
    }

    /// <summary>The names in their order.</summary>
    public IReadOnlyList<string> Names { get; private set; } = [];

    /// <summary>Pieces without an equals sign, and tags that are there twice.</summary>
    public IReadOnlyList<string> Faults { get; private set; } = [];

    /// <summary>Returns the value of a tag without the space around it; null without the tag.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <param name="isCaseSensitive">True for DKIM; otherwise names are taken in lower case.</param>
    public static TagList Parse(string text, bool isCaseSensitive = false)
    {
        var (list, names, faults) = (new TagList(), new List<string>(), new List<string>());
        foreach (var piece in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = piece.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                faults.Add($"'{piece}' is no tag: it has no name and equals sign.");
                continue;
            }

            var name = isCaseSensitive ? piece[..equals].Trim() : piece[..equals].Trim().ToLowerInvariant();
            if (list._values.TryAdd(name, piece[(equals + 1)..].Trim()))
                names.Add(name);
            else
                faults.Add($"The tag {name} is there twice.");
        }
        (list.Names, list.Faults) = (names, faults);
        return list;
    }
}

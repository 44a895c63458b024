namespace MailFunctions.Templates;

/// <summary>The parsed versions that were used last. A version never changes, so no entry is ever stale.</summary>
/// <remarks>Safe for concurrent use. Two callers that miss the same version both parse it.</remarks>
internal sealed class TemplateCache
{
    public const int MaxVersions = 200;

    /// <summary>The bound in UTF-16 code units of source text; the parsed form takes a multiple of that.</summary>
    public const int MaxChars = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Name, int Version), LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();
    private long _chars;

    public ParsedTemplate? Find(string name, int version)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue((name, version), out var node))
                return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Template;
        }
    }

    public void Add(string name, int version, ParsedTemplate template, int chars)
    {
        lock (_lock)
        {
            if (_entries.ContainsKey((name, version)))
                return;
            _entries[(name, version)] = _byUse.AddFirst(new Entry((name, version), template, chars));
            _chars += chars;
            while (_byUse.Last is { } oldest && (_entries.Count > MaxVersions || _chars > MaxChars))
            {
                _byUse.RemoveLast();
                _entries.Remove(oldest.Value.Key);
                _chars -= oldest.Value.Chars;
            }
        }
    }

    private sealed record Entry((string Name, int Version) Key, ParsedTemplate Template, int Chars);
}

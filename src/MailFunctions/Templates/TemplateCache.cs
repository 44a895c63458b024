namespace MailFunctions.Templates;

/// <summary>The versions used last, parsed. A version never changes, so that nothing in here is ever stale.</summary>
/// <remarks>Safe for concurrent use. Two who miss the same version both parse it.</remarks>
internal sealed class TemplateCache
{
    public const int MaxVersions = 200;

    /// <summary>UTF-16 code units of their sources; what is parsed of them takes a multiple.</summary>
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

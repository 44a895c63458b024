using System.Globalization;

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>
/// A <c>$filter</c> by "Querying tables and entities": comparisons of a property with a constant, and, or, not, brackets.
/// </summary>
internal sealed class TableFilter
{
    private readonly List<string> _tokens;
    private int _at;

    private TableFilter(string text)
    {
        _tokens = Tokens(text);
    }

    public static TableFilter All { get; } = new("") { Matches = _ => true };

    public Func<MemoryEntity, bool> Matches { get; private set; } = _ => true;

    /// <summary>The bounds of the partition keys that can match; null without one.</summary>
    public Bounds Partitions { get; } = new();

    public Bounds Rows { get; } = new();

    public static TableFilter Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return All;
        var filter = new TableFilter(text);
        filter.Matches = filter.ReadOr(isConjunct: true);
        return filter._at == filter._tokens.Count ? filter : throw Refused();
    }

    /// <param name="isConjunct">Every entity that matches the filter must match this part, so that it bounds the keys.</param>
    private Func<MemoryEntity, bool> ReadOr(bool isConjunct)
    {
        var mark = _at;
        var isOr = HasOr();
        _at = mark;
        var left = ReadAnd(isConjunct && !isOr);
        while (Take("or"))
        {
            var (one, two) = (left, ReadAnd(isConjunct: false));
            left = entity => one(entity) || two(entity);
        }

        return left;
    }

    /// <summary>Looks ahead, up to the end of the brackets that are open here.</summary>
    private bool HasOr()
    {
        for (var depth = 0; _at < _tokens.Count && depth >= 0; _at++)
        {
            depth += _tokens[_at] switch { "(" => 1, ")" => -1, _ => 0 };
            if (depth == 0 && _tokens[_at] == "or")
                return true;
        }

        return false;
    }

    private Func<MemoryEntity, bool> ReadAnd(bool isConjunct)
    {
        var left = ReadOne(isConjunct);
        while (Take("and"))
        {
            var (one, two) = (left, ReadOne(isConjunct));
            left = entity => one(entity) && two(entity);
        }

        return left;
    }

    private Func<MemoryEntity, bool> ReadOne(bool isConjunct)
    {
        if (Take("not"))
        {
            var inner = ReadOne(isConjunct: false);
            return entity => !inner(entity);
        }

        if (Take("("))
        {
            var inner = ReadOr(isConjunct);
            return Take(")") ? inner : throw Refused();
        }

        var (name, comparison, constant) = (Next(), Next(), Constant(Next()));
        if (isConjunct && constant.Value is string key)
        {
            if (name == "PartitionKey")
                Partitions.Add(comparison, key);
            else if (name == "RowKey")
                Rows.Add(comparison, key);
        }

        Func<int, bool> holds = comparison switch
        {
            "eq" => order => order == 0,
            "ne" => order => order != 0,
            "gt" => order => order > 0,
            "ge" => order => order >= 0,
            "lt" => order => order < 0,
            "le" => order => order <= 0,
            _ => throw Refused(),
        };
        // An entity without the property matches no comparison.
        return entity => entity.Value(name)?.CompareTo(constant) is { } order && holds(order);
    }

    private bool Take(string token)
    {
        if (_at >= _tokens.Count || _tokens[_at] != token)
            return false;
        _at++;
        return true;
    }

    private string Next() => _at < _tokens.Count ? _tokens[_at++] : throw Refused();

    private static EdmValue Constant(string token)
    {
        var quote = token.IndexOf('\'', StringComparison.Ordinal);
        var text = quote < 0 ? token : token[(quote + 1)..^1].Replace("''", "'", StringComparison.Ordinal);
        return (quote < 0 ? "" : token[..quote]) switch
        {
            "datetime" => new EdmValue(DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUniversalTime()),
            "guid" => new EdmValue(Guid.Parse(text)),
            "X" or "binary" => new EdmValue(Convert.FromHexString(text)),
            _ when quote >= 0 => new EdmValue(text),
            _ when text is "true" or "false" => new EdmValue(text == "true"),
            _ when text.EndsWith('L') => new EdmValue(long.Parse(text[..^1], CultureInfo.InvariantCulture)),
            _ when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => new EdmValue(number),
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => new EdmValue(number),
            _ => throw Refused(),
        };
    }

    private static StorageRefusal Refused() => new(400, "InvalidInput", "The filter is not of the form that tables take.");

    /// <summary>Brackets, words, and constants with their quotation marks and type.</summary>
    private static List<string> Tokens(string text)
    {
        var tokens = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var from = at;
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            if (text[at] is '(' or ')')
            {
                at++;
            }
            else
            {
                while (at < text.Length && text[at] is not ('(' or ')' or '\'') && !char.IsWhiteSpace(text[at]))
                    at++;
                if (at < text.Length && text[at] == '\'')
                    at = EndOfText(text, at);
            }

            tokens.Add(text[from..at]);
        }

        return tokens;
    }

    /// <summary>The index after the text in quotation marks that begins here; two of them in it are one.</summary>
    private static int EndOfText(string text, int from)
    {
        for (var at = from + 1; at < text.Length; at++)
        {
            if (text[at] != '\'')
                continue;
            if (at + 1 == text.Length || text[at + 1] != '\'')
                return at + 1;
            at++;
        }

        throw Refused();
    }

    /// <summary>The lowest and the highest key that can match.</summary>
    internal sealed class Bounds
    {
        public string First { get; private set; } = "";

        /// <summary>Null without a bound.</summary>
        public string? Last { get; private set; }

        public void Add(string comparison, string key)
        {
            if (comparison is "eq" or "ge" or "gt" && string.CompareOrdinal(key, First) > 0)
                First = key;
            if (comparison is "eq" or "le" or "lt" && (Last is null || string.CompareOrdinal(key, Last) < 0))
                Last = key;
        }
    }
}

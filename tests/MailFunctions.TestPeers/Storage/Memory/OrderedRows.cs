namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>Rows in the ordinal order of their keys.</summary>
internal sealed class OrderedRows<T>
    where T : class
{
    private readonly List<string> _keys = [];
    private readonly List<T> _rows = [];

    public int Count => _keys.Count;

    public T? Find(string key) => _keys.BinarySearch(key, StringComparer.Ordinal) is var at and >= 0 ? _rows[at] : null;

    public void Put(string key, T row)
    {
        var at = _keys.BinarySearch(key, StringComparer.Ordinal);
        if (at >= 0)
        {
            _rows[at] = row;
            return;
        }

        _keys.Insert(~at, key);
        _rows.Insert(~at, row);
    }

    public bool Remove(string key)
    {
        var at = _keys.BinarySearch(key, StringComparer.Ordinal);
        if (at < 0)
            return false;
        _keys.RemoveAt(at);
        _rows.RemoveAt(at);
        return true;
    }

    /// <summary>The rows from a key on, up to and with another.</summary>
    /// <param name="last">Null for all that follow.</param>
    public IEnumerable<(string Key, T Row)> From(string first, string? last)
    {
        var at = _keys.BinarySearch(first, StringComparer.Ordinal);
        for (at = at < 0 ? ~at : at; at < _keys.Count; at++)
        {
            if (last is not null && string.CompareOrdinal(_keys[at], last) > 0)
                yield break;
            yield return (_keys[at], _rows[at]);
        }
    }
}

using System.Collections.Concurrent;

namespace MailFunctions.Fuzz;

/// <summary>How often cases came to what.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public bool Has(string outcome) => _counts.ContainsKey(outcome);

    public void Add(string outcome) => _counts.AddOrUpdate(outcome, 1, (_, count) => count + 1);

    public override string ToString() => string.Join(", ", _counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => FormattableString.Invariant($"{pair.Key} {pair.Value}")));
}

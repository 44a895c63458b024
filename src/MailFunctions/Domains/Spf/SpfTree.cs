using System.Net.Sockets;
using MailFunctions.Dns;

namespace MailFunctions.Domains.Spf;

/// <summary>A record with all that it includes and redirects to.</summary>
/// <param name="Via">The term that leads here; null at the root.</param>
/// <param name="Passes">True if every term on the way here passes what it includes.</param>
/// <param name="Lookup">The record, or why there is none.</param>
/// <param name="OwnLookups">The terms of this record that need DNS, those that lead to the children too.</param>
internal sealed record SpfNode(string Domain, string? Via, bool Passes, SpfLookup Lookup, int OwnLookups, int OwnVoids, IReadOnlyList<SpfNode> Children)
{
    public int Lookups => OwnLookups + Children.Sum(child => child.Lookups);

    public int Voids => OwnVoids + Children.Sum(child => child.Voids);

    public IEnumerable<SpfNode> All => Children.SelectMany(child => child.All).Prepend(this);
}

/// <summary>
/// Follows a record wherever it leads, for any client: counts what its terms need at the most, and goes on where a receiver
/// stops. That way the count says by how much a record exceeds the limit, and by which of its parts.
/// </summary>
/// <remarks>A target with macros differs between mails and is counted, not followed.</remarks>
internal sealed class SpfTree(DnsResolver resolver, DnsBudget budget)
{
    private const int MostNodes = 60;
    private const int DeepestLevel = 15;

    private int _nodes;

    /// <summary>True if the tree has more nodes or levels than are followed: the count is then a lower bound.</summary>
    public bool IsCut { get; private set; }

    public Task<SpfNode> ReadAsync(string domain, CancellationToken cancellationToken) => ReadAsync(domain, via: null, passes: true, [], cancellationToken);

    private async Task<SpfNode> ReadAsync(string domain, string? via, bool passes, IReadOnlyList<string> above, CancellationToken cancellationToken)
    {
        if (above.Contains(domain, StringComparer.OrdinalIgnoreCase))
            return Leaf($"{domain} leads back to itself: {string.Join(" > ", above)} > {domain}.");
        if (above.Count >= DeepestLevel || ++_nodes > MostNodes)
        {
            IsCut = true;
            return Leaf($"{domain} is not followed: the tree has too many records.");
        }

        var lookup = await SpfLookup.OfAsync(domain, resolver, budget, cancellationToken);
        if (lookup.Record is not { } record)
            return new SpfNode(domain, via, passes, lookup, 0, 0, []);

        List<string> path = [.. above, domain];
        var children = new List<SpfNode>();
        var voids = 0;
        foreach (var mechanism in record.Mechanisms.TakeWhile(mechanism => mechanism.Kind != SpfKind.All))
        {
            if (mechanism.Kind == SpfKind.Include && !mechanism.Target!.HasMacros)
                children.Add(await ReadAsync(Plain(mechanism.Target), mechanism.Text, passes && mechanism.Qualifier == SpfResult.Pass, path, cancellationToken));
            else if (await IsVoidAsync(mechanism, domain, cancellationToken))
                voids++;
        }
        if (record is { Redirects: true, Redirect: { HasMacros: false } redirect })
            children.Add(await ReadAsync(Plain(redirect), $"redirect={redirect.Text}", passes, path, cancellationToken));
        return new SpfNode(domain, via, passes, lookup, CountOf(record), voids, children);

        SpfNode Leaf(string reason) => new(domain, via, passes, new SpfLookup(null, SpfResult.PermError, reason), 0, 0, []);
    }

    /// <summary>Tests whether a name that a term asks for has nothing for any client.</summary>
    private async Task<bool> IsVoidAsync(SpfMechanism mechanism, string domain, CancellationToken cancellationToken)
    {
        if (mechanism.Target?.HasMacros == true)
            return false;
        var target = mechanism.Target is { } spec ? Plain(spec) : domain;
        return mechanism.Kind switch
        {
            SpfKind.Mx => (await resolver.MailExchangesAsync(target, budget, cancellationToken)).IsVoid,
            SpfKind.Exists => (await resolver.AddressesAsync(target, AddressFamily.InterNetwork, budget, cancellationToken)).IsVoid,
            SpfKind.A => (await resolver.AddressesAsync(target, AddressFamily.InterNetwork, budget, cancellationToken)).IsVoid
                && (await resolver.AddressesAsync(target, AddressFamily.InterNetworkV6, budget, cancellationToken)).IsVoid,
            _ => false,
        };
    }

    // Terms after "all" are never reached (RFC 7208 section 5.1), nor is a redirect beside one.
    private static int CountOf(SpfRecord record) =>
        record.Mechanisms.TakeWhile(mechanism => mechanism.Kind != SpfKind.All).Count(mechanism => mechanism.IsLookup) + (record.Redirects ? 1 : 0);

    private static string Plain(DomainSpec spec) => spec.Text.Replace("%%", "%", StringComparison.Ordinal).TrimEnd('.');
}

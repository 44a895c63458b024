using System.Net.Sockets;
using MailFunctions.Dns;

namespace MailFunctions.Domains.Spf;

/// <summary>A record with all that it includes and redirects to.</summary>
/// <param name="Via">The term that leads here; null at the root.</param>
/// <param name="Lookup">The record, or why there is none.</param>
/// <param name="Terms">The terms that need DNS, in their order. Those after <c>all</c> are never reached (RFC 7208 section 5.1), nor is a redirect beside one.</param>
internal sealed record SpfNode(string Domain, string? Via, SpfLookup Lookup, IReadOnlyList<SpfTerm> Terms)
{
    public IEnumerable<SpfNode> Children => Terms.Select(term => term.Child).OfType<SpfNode>();

    public int Lookups => Terms.Count + Children.Sum(child => child.Lookups);

    public int Voids => Terms.Count(term => term.IsVoid) + Children.Sum(child => child.Voids);

    public IEnumerable<SpfNode> All => Children.SelectMany(child => child.All).Prepend(this);
}

/// <summary>A term that needs DNS.</summary>
/// <param name="Qualifier">The result for a client that it matches; null for a redirect, whose target decides.</param>
/// <param name="IsVoid">True if the name that it asks for has nothing for any client.</param>
/// <param name="Child">What an include or a redirect leads to; null for another term, and for a target with macros.</param>
internal sealed record SpfTerm(string Text, SpfResult? Qualifier, bool IsVoid, SpfNode? Child);

/// <summary>
/// Follows a record wherever it leads, for any client: counts what its terms need at the most, and goes on where a receiver
/// stops. That way the count says by how much a record exceeds the limit, and by which of its parts.
/// </summary>
/// <remarks>A target with macros differs between mails and is counted, not followed.</remarks>
internal sealed class SpfTree(DnsResolver resolver, DnsBudget budget)
{
    private const int MostNodes = 60;
    private const int DeepestLevel = 15;

    /// <summary>The terms of one record whose names are asked for: receivers have stopped long before.</summary>
    private const int MostVoidTerms = 20;

    private int _nodes;

    /// <summary>True if the tree has more nodes or levels than are followed: the count is then a lower bound.</summary>
    public bool IsCut { get; private set; }

    public Task<SpfNode> ReadAsync(string domain, CancellationToken cancellationToken) => ReadAsync(domain, via: null, [], cancellationToken);

    private async Task<SpfNode> ReadAsync(string domain, string? via, IReadOnlyList<string> above, CancellationToken cancellationToken)
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
            return new SpfNode(domain, via, lookup, []);

        List<string> path = [.. above, domain];
        var terms = new List<SpfTerm>();
        foreach (var mechanism in record.Mechanisms.TakeWhile(mechanism => mechanism.Kind != SpfKind.All).Where(mechanism => mechanism.IsLookup))
        {
            var child = mechanism.Kind == SpfKind.Include ? await FollowAsync(mechanism.Target!, mechanism.Text) : null;
            var isVoid = child is null && terms.Count < MostVoidTerms && await IsVoidAsync(mechanism, domain, cancellationToken);
            terms.Add(new SpfTerm(mechanism.Text, mechanism.Qualifier, isVoid, child));
        }
        if (record.Redirects)
        {
            var text = $"redirect={record.Redirect!.Text}";
            terms.Add(new SpfTerm(text, null, false, await FollowAsync(record.Redirect, text)));
        }
        return new SpfNode(domain, via, lookup, terms);

        async Task<SpfNode?> FollowAsync(DomainSpec target, string term) => target.HasMacros ? null : await ReadAsync(Plain(target), term, path, cancellationToken);

        SpfNode Leaf(string reason) => new(domain, via, new SpfLookup(null, SpfResult.PermError, reason), []);
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

    private static string Plain(DomainSpec spec) => spec.Text.Replace("%%", "%", StringComparison.Ordinal).TrimEnd('.');
}

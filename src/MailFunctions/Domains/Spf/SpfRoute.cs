namespace MailFunctions.Domains.Spf;

/// <summary>
/// Evaluates a tree for a client of which one thing is known: a domain whose record permits it. It takes the terms in a receiver's
/// order and stops as one does, at the first match (RFC 7208 section 4.6.2), the first error, or a limit (section 4.6.4).
/// </summary>
/// <param name="domain">The domain that a relay's operator says to include.</param>
internal sealed class SpfRoute(string domain)
{
    private int _lookups;
    private int _voids;

    /// <summary>True if no limit and no error comes before the end of the included record, wherever in it the client is.</summary>
    public bool IsClear { get; private set; } = true;

    /// <summary>The term that matched and does not pass; null where none did.</summary>
    public SpfTerm? Weak { get; private set; }

    /// <returns>The result of the client; null where nothing leads to the domain.</returns>
    public SpfResult? Of(SpfNode node)
    {
        if (node.Lookup.Result is { } error)
            return error == SpfResult.TempError ? error : SpfResult.PermError;
        foreach (var term in node.Terms)
        {
            if (++_lookups > SpfCheck.MostLookups || (_voids += term.IsVoid ? 1 : 0) > SpfCheck.MostVoids)
                return SpfResult.PermError;
            if (term.Child is not { } child)
                continue;
            var result = child.Lookup.Result is null && child.Domain.Equals(domain, StringComparison.OrdinalIgnoreCase) ? Arrive(child) : Of(child);
            if (term.Qualifier is not { } qualifier || result is SpfResult.PermError or SpfResult.TempError)
                return result;
            if (result != SpfResult.Pass)
                continue;
            Weak = qualifier == SpfResult.Pass ? null : term;
            return qualifier;
        }
        return null;
    }

    private SpfResult Arrive(SpfNode included)
    {
        IsClear &= _lookups + included.Lookups <= SpfCheck.MostLookups && _voids + included.Voids <= SpfCheck.MostVoids
            && included.All.All(node => node.Lookup.Result is null);
        return SpfResult.Pass;
    }
}

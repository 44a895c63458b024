using System.Net;
using System.Net.Sockets;
using MailFunctions.Dns;

namespace MailFunctions.Domains.Spf;

/// <param name="Reason">The error, or the term that matched; null where the end of the record was reached.</param>
internal sealed record SpfVerdict(SpfResult Result, string? Reason);

/// <summary>
/// Evaluates one mail by its client's address: <c>check_host</c> of RFC 7208 section 4, with its limits of ten lookups, two void
/// lookups, and ten names of an <c>mx</c> or <c>ptr</c>. Explanations are not fetched.
/// </summary>
internal sealed class SpfCheck
{
    public const int MostLookups = 10;
    public const int MostVoids = 2;
    public const int MostNames = 10;

    private readonly DnsResolver _resolver;
    private readonly DnsBudget _budget;
    private readonly IPAddress _client;
    private readonly string _sender;
    private readonly string _helo;
    private int _lookups;
    private int _voids;

    /// <param name="sender">The envelope's sender; without a local part, that is <c>postmaster</c>.</param>
    public SpfCheck(DnsResolver resolver, DnsBudget budget, IPAddress client, string sender, string helo)
    {
        (_resolver, _budget, _helo) = (resolver, budget, helo);
        _client = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        _sender = sender.LastIndexOf('@') > 0 ? sender : $"postmaster@{sender.TrimStart('@')}";
    }

    private enum Match
    {
        No,
        Yes,
        TempError,
        PermError,
    }

    public Task<SpfVerdict> RunAsync(CancellationToken cancellationToken) => RunAsync(_sender[(_sender.LastIndexOf('@') + 1)..], cancellationToken);

    private async Task<SpfVerdict> RunAsync(string domain, CancellationToken cancellationToken)
    {
        var lookup = await SpfLookup.OfAsync(domain, _resolver, _budget, cancellationToken);
        if (lookup.Result is { } result)
            return new SpfVerdict(result, lookup.Reason);

        var record = lookup.Record!;
        foreach (var mechanism in record.Mechanisms)
        {
            var (match, reason) = await MatchAsync(mechanism, domain, cancellationToken);
            if (match != Match.No)
                return match == Match.Yes ? new(mechanism.Qualifier, mechanism.Text) : new(match == Match.TempError ? SpfResult.TempError : SpfResult.PermError, reason);
        }

        if (!record.Redirects)
            return new SpfVerdict(SpfResult.Neutral, null);
        if (++_lookups > MostLookups)
            return TooMany();
        var redirected = await RunAsync(await record.Redirect!.ExpandAsync(Macros(domain, cancellationToken)), cancellationToken);
        return redirected.Result == SpfResult.None ? redirected with { Result = SpfResult.PermError } : redirected;
    }

    private async Task<(Match Match, string? Reason)> MatchAsync(SpfMechanism mechanism, string domain, CancellationToken cancellationToken)
    {
        if (mechanism.IsLookup && ++_lookups > MostLookups)
            return (Match.PermError, TooMany().Reason);
        var target = mechanism.Target is { } spec ? await spec.ExpandAsync(Macros(domain, cancellationToken)) : domain;
        return mechanism.Kind switch
        {
            SpfKind.All => (Match.Yes, null),
            SpfKind.Ip4 or SpfKind.Ip6 => (mechanism.Covers(mechanism.Address!, _client) ? Match.Yes : Match.No, null),
            SpfKind.Include => await IncludeAsync(target, cancellationToken),
            SpfKind.A => Found(mechanism, await AddressesAsync(target, cancellationToken)),
            SpfKind.Exists => FoundAny(await _resolver.AddressesAsync(target, AddressFamily.InterNetwork, _budget, cancellationToken)),
            SpfKind.Mx => await ExchangesAsync(mechanism, target, cancellationToken),
            _ => await PointerAsync(target, cancellationToken),
        };
    }

    private async Task<(Match Match, string? Reason)> IncludeAsync(string target, CancellationToken cancellationToken)
    {
        var verdict = await RunAsync(target, cancellationToken);
        return verdict.Result switch
        {
            SpfResult.Pass => (Match.Yes, null),
            SpfResult.TempError => (Match.TempError, verdict.Reason),
            SpfResult.PermError or SpfResult.None => (Match.PermError, verdict.Reason),
            _ => (Match.No, null),
        };
    }

    private async Task<(Match Match, string? Reason)> ExchangesAsync(SpfMechanism mechanism, string target, CancellationToken cancellationToken)
    {
        var exchanges = await _resolver.MailExchangesAsync(target, _budget, cancellationToken);
        if (FoundAny(exchanges) is not (Match.Yes, _) and var nothing)
            return nothing;
        if (exchanges.Records.Count > MostNames)
            return (Match.PermError, $"{target} has {exchanges.Records.Count} MX records, and {MostNames} are the most.");
        foreach (var exchange in exchanges.Records)
        {
            var addresses = await AddressesAsync(exchange.Host, cancellationToken);
            if (addresses.IsTemporary)
                return (Match.TempError, addresses.Reason);
            if (addresses.Records.Any(address => mechanism.Covers(address, _client)))
                return (Match.Yes, null);
        }
        return (Match.No, null);
    }

    private async Task<(Match Match, string? Reason)> PointerAsync(string target, CancellationToken cancellationToken)
    {
        var names = await _resolver.NamesAsync(_client, _budget, cancellationToken);
        if (names.IsVoid)
            return FoundAny(names);
        await foreach (var name in ValidatedAsync(names, cancellationToken))
        {
            if (IsWithin(name, target))
                return (Match.Yes, null);
        }
        return (Match.No, null);
    }

    /// <summary>Finds the client's names that have its address; one that cannot be looked up is passed over (section 5.5).</summary>
    private async IAsyncEnumerable<string> ValidatedAsync(DnsAnswer<string> names, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var name in names.Records.Take(MostNames))
        {
            if ((await AddressesAsync(name, cancellationToken)).Records.Contains(_client))
                yield return name;
        }
    }

    private async Task<string> ValidatedNameAsync(string domain, CancellationToken cancellationToken)
    {
        var validated = new List<string>();
        await foreach (var name in ValidatedAsync(await _resolver.NamesAsync(_client, _budget, cancellationToken), cancellationToken))
            validated.Add(name);
        return validated.Find(name => name.Equals(domain, StringComparison.OrdinalIgnoreCase))
            ?? validated.Find(name => IsWithin(name, domain))
            ?? validated.FirstOrDefault("unknown");
    }

    private (Match Match, string? Reason) Found(SpfMechanism mechanism, DnsAnswer<IPAddress> answer) => FoundAny(answer) is var found && found.Match == Match.Yes
        ? (answer.Records.Any(address => mechanism.Covers(address, _client)) ? Match.Yes : Match.No, null)
        : found;

    private (Match Match, string? Reason) FoundAny<T>(DnsAnswer<T> answer)
    {
        if (answer.IsTemporary)
            return (Match.TempError, answer.Reason);
        if (answer.IsVoid)
            _voids++;
        return _voids > MostVoids
            ? (Match.PermError, $"More than {MostVoids} lookups find nothing.")
            : (answer.IsVoid ? Match.No : Match.Yes, null);
    }

    private Task<DnsAnswer<IPAddress>> AddressesAsync(string name, CancellationToken cancellationToken) =>
        _resolver.AddressesAsync(name, _client.AddressFamily, _budget, cancellationToken);

    private MacroValues Macros(string domain, CancellationToken cancellationToken) =>
        new(_client, _sender, domain, _helo, name => ValidatedNameAsync(name, cancellationToken));

    private static bool IsWithin(string name, string domain) =>
        name.Equals(domain, StringComparison.OrdinalIgnoreCase) || name.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);

    private static SpfVerdict TooMany() => new(SpfResult.PermError, $"More than {MostLookups} terms need DNS.");
}

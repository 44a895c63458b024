using MailFunctions.Smtp.Relays;

namespace MailFunctions.Domains.Spf;

/// <summary>Reports on the SPF record of the envelope's domain, and on what it says of each relay.</summary>
internal sealed class SpfFindings
{
    private const string Rfc = "RFC 7208 section 4.5";
    private const string RfcOfLimits = "RFC 7208 section 4.6.4";

    private readonly CheckScope _scope;
    private readonly SpfNode _root;
    private readonly bool _isCut;

    private SpfFindings(CheckScope scope, SpfNode root, bool isCut) => (_scope, _root, _isCut) = (scope, root, isCut);

    public static async Task<SpfFindings> ReadAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        var tree = new SpfTree(scope.Resolver, scope.Budget);
        var root = await tree.ReadAsync(scope.Sender.EnvelopeDomain, cancellationToken);
        return new SpfFindings(scope, root, tree.IsCut);
    }

    private string Domain => _scope.Sender.EnvelopeDomain;

    private SpfFixes Fixes => new(Domain, _root.Lookup.Record);

    /// <summary>The record and all below it; null without a record.</summary>
    public IReadOnlyList<SpfRecordAnswer>? Answer => _root.Lookup.Record is null ? null : [.. AnswersOf(_root, level: 0)];

    /// <param name="includes">What the relays of the app ask for, for a record to begin with.</param>
    public DomainFinding Record(IReadOnlyList<string> includes)
    {
        var lookup = _root.Lookup;
        if (_root.All.FirstOrDefault(node => node.Lookup.Result == SpfResult.TempError) is { } silent)
            return CheckScope.Trouble(DomainCheckName.Spf, Domain, silent.Lookup.Reason, Rfc);
        if (lookup.Result == SpfResult.None)
        {
            var terms = string.Concat(includes.Select(include => $" include:{include}"));
            return new(DomainCheckName.Spf, Domain, DomainStatus.NotStarted, lookup.Reason!, "One TXT record that begins with v=spf1.",
                new DomainFix("Publish a record that permits the relays.", "SPF", Domain, "TXT", $"v=spf1{terms} ~all"), Rfc);
        }
        if (_root.All.FirstOrDefault(node => node.Lookup.Result == SpfResult.PermError) is { } broken)
            return Failed(broken.Lookup.Reason!, "Records without an error.", "Correct the record, or take out the term that leads to it.", Rfc);
        if (_root.All.FirstOrDefault(node => node.Lookup.Result == SpfResult.None) is { } missing)
            return Failed($"{missing.Via} leads to a domain without a record: {missing.Lookup.Reason}", "A record at each domain that is included.", $"Take out {missing.Via}.", "RFC 7208 section 5.2");
        if (_root.Lookups > SpfCheck.MostLookups)
            return Failed($"{Counted(_root.Lookups)} terms need DNS, and receivers stop at {SpfCheck.MostLookups}: {Shares()}.", $"Up to {SpfCheck.MostLookups} such terms.", "Take out includes that are not used, or send from a subdomain with a record of its own.", RfcOfLimits);
        if (_root.Voids > SpfCheck.MostVoids)
            return Failed($"{_root.Voids} names without a record are asked for, and receivers stop at {SpfCheck.MostVoids}.", $"Up to {SpfCheck.MostVoids}.", "Take out the terms whose names do not exist.", RfcOfLimits);

        var record = lookup.Record!;
        if (record.Mechanisms.Any(mechanism => mechanism is { Kind: SpfKind.All, Qualifier: SpfResult.Pass }))
            return Failed($"The record permits everyone: {record.Text}", "An end of ~all or -all.", "Replace +all by ~all.", "RFC 7208 section 5.1");
        var found = $"{Counted(_root.Lookups)} of {SpfCheck.MostLookups} lookups: {record.Text}";
        return record.HasAll || record.Redirects
            ? CheckScope.Verified(DomainCheckName.Spf, Domain, found, Rfc)
            : new(DomainCheckName.Spf, Domain, DomainStatus.Warning, $"{found} The record has no end, so that unknown senders get the result neutral.", "An end of ~all or -all.",
                new DomainFix("Add ~all.", "SPF", Domain, "TXT", $"{record.Text.TrimEnd()} ~all"), "RFC 7208 section 4.7");

        DomainFinding Failed(string reason, string expected, string fix, string rfc) =>
            new(DomainCheckName.Spf, Domain, DomainStatus.Failed, reason, expected, new DomainFix(fix), rfc);
    }

    /// <summary>Says whether the record permits a relay: by what its operator documents, else by its addresses.</summary>
    /// <param name="record">The finding on the record itself.</param>
    public async Task<DomainFinding> RelayAsync(Relay relay, DomainFinding record, CancellationToken cancellationToken)
    {
        const string rfc = "RFC 7208 section 5.2";
        if (record.Status == DomainStatus.TemporaryFailure)
            return CheckScope.Trouble(DomainCheckName.SpfRelay, relay.Name, record.Found, rfc);
        if (relay.Spf.ReplacesEnvelope && Domain == _scope.Sender.Domain)
        {
            return Of(DomainStatus.Unknown, "The service puts a domain of its own into the envelope, whose SPF record it keeps; that domain is not aligned with From.",
                "A MAIL FROM domain of yours, set up at the service and in the app's settings.", null);
        }
        if (relay.Spf.Addresses.Count > 0)
            return await ByAddressAsync(relay, rfc, cancellationToken);
        if (relay.Spf.Include is not { } include)
            return Of(DomainStatus.Unknown, "What the relay needs is not known: neither its include nor the addresses that it sends from.", "SpfInclude or SendingAddresses of the relay.", null);
        if (_root.Lookup.Result == SpfResult.None)
            return Of(DomainStatus.Failed, $"The record does not include {include}.", $"include:{include}", Fixes.Including(include));
        var route = new SpfRoute(include);
        return route.Of(_root) switch
        {
            SpfResult.Pass when route.IsClear => CheckScope.Verified(DomainCheckName.SpfRelay, relay.Name, $"The record includes {include}.", rfc),
            SpfResult.Pass => Of(DomainStatus.Warning, $"The record includes {include}, and receivers may meet an error in it before they come to the relay's address: {record.Found}", $"include:{include}, within the limits", record.Fix),
            SpfResult.PermError => Of(DomainStatus.Failed, $"Receivers meet an error before they come to include:{include}: {record.Found}", $"include:{include}", record.Fix),
            null => Of(DomainStatus.Failed, $"The record does not include {include}.", $"include:{include}", Fixes.Including(include)),
            var weak => Of(DomainStatus.Failed, $"{route.Weak!.Text} gives the relay's mail the result {weak.Value.ToString().ToLowerInvariant()}.", $"include:{include}", Fixes.InPlaceOf(route.Weak, include)),
        };

        DomainFinding Of(string status, string found, string expected, DomainFix? fix) => new(DomainCheckName.SpfRelay, relay.Name, status, found, expected, fix, rfc);
    }

    private async Task<DomainFinding> ByAddressAsync(Relay relay, string rfc, CancellationToken cancellationToken)
    {
        foreach (var address in relay.Spf.Addresses)
        {
            var verdict = await new SpfCheck(_scope.Resolver, _scope.Budget, address, $"postmaster@{Domain}", relay.Host).RunAsync(cancellationToken);
            if (verdict.Result == SpfResult.TempError)
                return CheckScope.Trouble(DomainCheckName.SpfRelay, relay.Name, verdict.Reason, rfc);
            if (verdict.Result != SpfResult.Pass)
            {
                var term = $"{(address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? "ip4" : "ip6")}:{address}";
                return new(DomainCheckName.SpfRelay, relay.Name, DomainStatus.Failed, $"{address} gets the result {verdict.Result.ToString().ToLowerInvariant()}{(verdict.Reason is { } reason ? $" ({reason})" : "")}.",
                    $"The result pass, by {(relay.Spf.Include is { } own ? $"include:{own}" : term)}.", relay.Spf.Include is { } include ? Fixes.Including(include) : Fixes.With(term), rfc);
            }
        }
        return CheckScope.Verified(DomainCheckName.SpfRelay, relay.Name, $"All addresses of the relay get the result pass: {string.Join(", ", relay.Spf.Addresses)}.", rfc);
    }

    private string Counted(int count) => FormattableString.Invariant($"{(_isCut ? "At least " : "")}{count}");

    private string Shares() => string.Join(", ", _root.Children.Select(child => FormattableString.Invariant($"{child.Via} takes {child.Lookups + 1}")).DefaultIfEmpty("all in the record itself"));

    private static IEnumerable<SpfRecordAnswer> AnswersOf(SpfNode node, int level) => node.Children.SelectMany(child => AnswersOf(child, level + 1))
        .Prepend(new(level, node.Domain, node.Via, node.Lookup.Record?.Text, node.Lookup.Reason, node.Lookups, node.Voids));
}

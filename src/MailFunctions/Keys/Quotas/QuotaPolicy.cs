using MailFunctions.Mail;

namespace MailFunctions.Keys.Quotas;

/// <summary>Says which limits concern a submission, and what it costs in each of their scopes.</summary>
internal sealed class QuotaPolicy
{
    /// <summary>The entry for each domain that has none of its own.</summary>
    private const string AnyDomain = "*";

    private readonly QuotaLimits _app;
    private readonly Dictionary<string, QuotaLimits> _domains = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">The options are wrong: their validator would have said so.</exception>
    public QuotaPolicy(QuotaOptions options)
    {
        _app = QuotaLimits.TryParse(options.App ?? "", out var app, out var fault) ? app : throw new FormatException(fault);
        foreach (var entry in options.SenderDomains)
        {
            if (!TryParse(entry, out var domain, out var limits, out fault) || !_domains.TryAdd(domain, limits))
                throw new FormatException(fault);
        }
    }

    /// <summary>Returns a sentence for each setting that is wrong.</summary>
    public static IEnumerable<string> FaultsOf(QuotaOptions options)
    {
        if (!QuotaLimits.TryParse(options.App ?? "", out _, out var wrong))
            yield return $"{QuotaOptions.Section}:{nameof(options.App)}: {wrong}.";
        var domains = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in options.SenderDomains)
        {
            if (!TryParse(entry, out var domain, out _, out var fault))
                yield return $"{QuotaOptions.Section}:{nameof(options.SenderDomains)}: {fault}.";
            else if (!domains.Add(domain))
                yield return $"{QuotaOptions.Section}:{nameof(options.SenderDomains)}: {domain} is there twice.";
        }
    }

    /// <summary>Tests whether any limit may concern the mail of a caller, whatever its sender domain.</summary>
    public bool Concerns(IEnumerable<QuotaHolder> holders) => !_app.IsNone || _domains.Count > 0 || holders.Any(holder => !holder.Limits.IsNone);

    /// <summary>Returns the limited scopes, narrow ones first: a key that is used up takes nothing of what others share.</summary>
    public IReadOnlyList<(QuotaScope Scope, QuotaLimits Limits, Volume Cost)> Of(QuotaDemand demand)
    {
        var total = demand.Mails.Aggregate(Volume.Zero, (sum, mail) => sum + mail.Cost);
        return
        [
            .. demand.Holders.SelectMany(holder => Limited(QuotaScope.OfKey(holder.Key), holder.Limits, total)),
            .. demand.Mails.GroupBy(mail => mail.SenderDomain, StringComparer.Ordinal)
                .SelectMany(mails => Limited(QuotaScope.OfDomain(mails.Key), LimitsOf(mails.Key), mails.Aggregate(Volume.Zero, (sum, mail) => sum + mail.Cost))),
            .. Limited(QuotaScope.App, _app, total),
        ];
    }

    private static bool TryParse(string entry, out string domain, out QuotaLimits limits, out string? fault)
    {
        (domain, limits) = ("", QuotaLimits.None);
        var at = entry.IndexOf(':', StringComparison.Ordinal);
        if (at < 0)
        {
            fault = $"'{entry}' is no entry: it takes a domain or {AnyDomain}, a colon, and limits";
            return false;
        }

        var name = entry[..at].Trim();
        if (name == AnyDomain)
            domain = name;
        else if (!MailDomain.TryParse(name, out domain, out var why))
            return Refuse($"'{name}' {why}", out fault);
        if (!QuotaLimits.TryParse(entry[(at + 1)..], out var read, out var wrong))
            return Refuse($"{name}: {wrong}", out fault);
        (limits, fault) = (read, null);
        return true;
    }

    private static bool Refuse(string why, out string fault)
    {
        fault = why;
        return false;
    }

    private QuotaLimits LimitsOf(string domain) => _domains.GetValueOrDefault(domain) ?? _domains.GetValueOrDefault(AnyDomain) ?? QuotaLimits.None;

    private static IEnumerable<(QuotaScope Scope, QuotaLimits Limits, Volume Cost)> Limited(QuotaScope scope, QuotaLimits limits, Volume cost) =>
        limits.IsNone ? [] : [(scope, limits, cost)];
}

/// <summary>The mail of one submission.</summary>
/// <param name="Holders">The caller's API key and its makers; none for other callers.</param>
internal sealed record QuotaDemand(IReadOnlyList<QuotaHolder> Holders, IReadOnlyList<MailCost> Mails);

/// <summary>An API key with the limits of its own.</summary>
/// <param name="Key">The id.</param>
internal sealed record QuotaHolder(string Key, QuotaLimits Limits);

/// <summary>The cost of one mail.</summary>
/// <param name="SenderDomain">Lower-case ASCII.</param>
internal readonly record struct MailCost(string SenderDomain, Volume Cost);

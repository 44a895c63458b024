using System.Globalization;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Keys.Quotas;
using MailFunctions.Mail;

namespace MailFunctions.Keys;

/// <summary>Turns the terms of a key into its rights and limits, and collects all errors in them.</summary>
internal sealed class KeyRules
{
    public const int NameChars = 64;

    /// <summary>The most entries of one list.</summary>
    public const int MostEntries = 500;

    /// <summary>The most characters of all limits as they are stored; a property of a table holds 32 Ki.</summary>
    private const int LimitsChars = 30_000;

    private const int PatternChars = 128;

    private readonly ErrorList _errors = new();

    private KeyRules()
    {
    }

    /// <param name="key">The key as it is, or a new one; its rights and limits are replaced.</param>
    public static OrProblem<ApiKey> Apply(KeyTerms terms, ApiKey key, DateTimeOffset now)
    {
        var rules = new KeyRules();
        var read = rules.Read(terms, key, now);
        return rules._errors.Any ? rules._errors.ToProblem() : read;
    }

    private ApiKey Read(KeyTerms terms, ApiKey key, DateTimeOffset now)
    {
        var name = terms.Name.Trim();
        if (name.Length is 0 or > NameChars || name.Any(char.IsControl))
            Add("name", string.Create(CultureInfo.InvariantCulture, $"must have 1 to {NameChars} characters"));
        if (terms.Senders.Count == 0)
            Add("senders", "must name at least one address or domain, or * for all that the app allows");

        var limits = new KeyLimits
        {
            Senders = ReadAddresses("senders", terms.Senders),
            Recipients = ReadAddresses("recipients", terms.Recipients) is var recipients && recipients.Contains("*") ? [] : recipients,
            Lanes = ReadLanes(terms.Lanes),
            Headers = ReadPatterns("headers", terms.Headers, "names such as X-Entity-Ref-ID, or prefixes such as X-Shop-*"),
            Templates = ReadPatterns("templates", terms.Templates, "names such as welcome, or prefixes such as shop-*"),
            Networks = ReadNetworks(terms.Networks),
            Quotas = ReadQuotas(terms.Quotas),
        };
        if (!_errors.Any && LimitsDocument.Write(limits).Length > LimitsChars)
            Add("senders", string.Create(CultureInfo.InvariantCulture, $"and the other limits have more than {LimitsChars:N0} characters together; name domains instead of addresses"));

        var changed = key with { Name = name, Rights = ReadRights(terms.Rights), Limits = limits, NotBefore = terms.NotBefore, ExpiresAt = terms.ExpiresAt };
        if (changed.ExpiresAt != key.ExpiresAt && changed.ExpiresAt <= now)
            Add("expires_at", "must be in the future");
        if (changed.NotBefore >= changed.ExpiresAt)
            Add("not_before", "must be before expires_at");
        if (changed.Rights != Rights.All && (changed.Rights & OfTheApp) is not Rights.None and var wide && limits.AreOfSomeMail)
            Add("rights", $"has {string.Join(", ", RightNames.Of(wide))}, which concerns mail of all senders and lanes: it needs * as senders, and both lanes");
        return changed;
    }

    /// <summary>The rights to calls that a key for some mail does not reach.</summary>
    private static Rights OfTheApp => Rights.Erase | Rights.Statistics | Rights.Operate;

    private Rights ReadRights(IReadOnlyList<string> words)
    {
        if (words.Count == 0)
            Add("rights", $"must name at least one: {string.Join(", ", RightNames.All)}");
        if (IsTooLong("rights", words))
            return Rights.None;
        if (words.FirstOrDefault(word => !RightNames.TryParse(word, out _)) is { } wrong)
            Add("rights", $"takes {string.Join(", ", RightNames.All)}; not {ErrorList.Quote(wrong)}");
        return words.Aggregate(Rights.None, (rights, word) => RightNames.TryParse(word, out var right) ? rights | right : rights);
    }

    private IReadOnlyList<string> ReadAddresses(string field, IReadOnlyList<string> entries)
    {
        string[] single = [.. entries.SelectMany(entry => entry.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct()];
        if (IsTooLong(field, single) || HasBlank(field, entries))
            return ["*"];
        if (AddressList.TryParse(single, out _, out var faults))
            return single;
        Add(field, $"has {(faults.Count == 1 ? "an entry that is" : $"{faults.Count} entries that are")} wrong: {faults[0]}");
        return ["*"];
    }

    private IReadOnlyList<Lane> ReadLanes(IReadOnlyList<string> names)
    {
        if (names.Count == 0 || IsTooLong("lanes", names))
            return [Lane.Transactional, Lane.Bulk];
        if (names.FirstOrDefault(name => !LaneNames.TryParse(name, out _)) is { } wrong)
            Add("lanes", $"takes {LaneNames.Transactional} and {LaneNames.Bulk}, not {ErrorList.Quote(wrong)}");
        return [.. names.Select(name => LaneNames.TryParse(name, out var lane) ? lane : default).Distinct()];
    }

    private IReadOnlyList<string> ReadPatterns(string field, IReadOnlyList<string> patterns, string examples)
    {
        if (IsTooLong(field, patterns))
            return [];
        if (patterns.FirstOrDefault(pattern => !IsPattern(pattern)) is { } wrong)
            Add(field, $"takes {examples}; not {ErrorList.Quote(wrong)}");
        return [.. patterns.Distinct()];
    }

    private static bool IsPattern(string text) =>
        text.TrimEnd('*') is { Length: > 0 and <= PatternChars } name
        && text.Length - name.Length <= 1
        && name.All(c => c is > ' ' and < '\x7F' and not (':' or ',' or '*'));

    private IReadOnlyList<string> ReadNetworks(IReadOnlyList<string> texts)
    {
        if (IsTooLong("networks", texts))
            return [];
        var wrong = texts.FirstOrDefault(text => !Network.TryParse(text, out _));
        if (wrong is not null)
            Add("networks", $"takes IP addresses and networks without bits beyond their prefix, such as 192.0.2.0/24 or 2001:db8::/32; not {ErrorList.Quote(wrong)}");
        return wrong is null ? [.. texts.Distinct()] : [];
    }

    private QuotaLimits ReadQuotas(IReadOnlyList<string> entries)
    {
        if (IsTooLong("quotas", entries) || HasBlank("quotas", entries))
            return QuotaLimits.None;
        if (QuotaLimits.TryParse(string.Join(',', entries), out var quotas, out var fault))
            return quotas;
        Add("quotas", $"has an entry that is wrong: {fault}");
        return QuotaLimits.None;
    }

    /// <summary>An empty list lifts a limit, and an entry without a text must not do so by mistake.</summary>
    private bool HasBlank(string field, IReadOnlyList<string> entries)
    {
        var isBlank = entries.Any(entry => entry.AsSpan().Trim(", \t").IsEmpty);
        if (isBlank)
            Add(field, "has an entry without a text");
        return isBlank;
    }

    private bool IsTooLong(string field, IReadOnlyList<string> list)
    {
        if (list.Count > MostEntries)
            Add(field, string.Create(CultureInfo.InvariantCulture, $"has {list.Count} entries: at most {MostEntries} are allowed"));
        return list.Count > MostEntries;
    }

    private void Add(string field, string message) => _errors.Add($"/{field}", message);
}

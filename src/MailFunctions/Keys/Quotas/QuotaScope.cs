namespace MailFunctions.Keys.Quotas;

/// <summary>The whole app, a sender domain, or an API key, whose mail is counted together.</summary>
/// <param name="Name">The domain in lower-case ASCII, or the id of the key; empty for the app.</param>
internal readonly record struct QuotaScope(QuotaScopeKind Kind, string Name)
{
    public static readonly QuotaScope App = new(QuotaScopeKind.App, "");

    public static QuotaScope OfDomain(string domain) => new(QuotaScopeKind.SenderDomain, domain);

    public static QuotaScope OfKey(string id) => new(QuotaScopeKind.Key, id);

    /// <summary>The partition of its rows.</summary>
    public string Partition => Kind switch
    {
        QuotaScopeKind.App => "app",
        QuotaScopeKind.SenderDomain => $"domain:{Name}",
        _ => $"key:{Name}",
    };

    /// <returns>Null for a partition that no version has written.</returns>
    public static QuotaScope? OfPartition(string partition) => partition.Split(':', 2) switch
    {
        ["app"] => App,
        ["domain", var domain] => OfDomain(domain),
        ["key", var id] => OfKey(id),
        _ => null,
    };

    /// <summary>Names the scope within a sentence.</summary>
    public override string ToString() => Kind switch
    {
        QuotaScopeKind.App => "the whole app",
        QuotaScopeKind.SenderDomain => $"the sender domain {Name}",
        _ => "this API key",
    };
}

internal enum QuotaScopeKind
{
    App,
    SenderDomain,
    Key,
}

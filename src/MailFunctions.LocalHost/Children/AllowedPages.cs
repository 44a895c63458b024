namespace MailFunctions.LocalHost.Children;

/// <summary>What the guards of this machine's endpoints let in beside loopback names and an endpoint's own pages.</summary>
/// <param name="Hosts">Names in lower case, without a port: of forwarded ports and tunnels. Their pages are let in, too.</param>
/// <param name="Origins">Of other pages, in lower case.</param>
internal sealed record AllowedPages(IReadOnlyList<string> Hosts, IReadOnlyList<string> Origins)
{
    public static AllowedPages None { get; } = new([], []);

    /// <summary>As tools/guard.cjs reads them.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["MAILFUNCTIONS_ALLOWED_HOSTS"] = string.Join(',', Hosts),
        ["MAILFUNCTIONS_ALLOWED_ORIGINS"] = string.Join(',', Origins),
    };
}

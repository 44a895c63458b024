namespace MailFunctions.LocalHost.Children;

/// <summary>
/// The hosts and pages that the guards of this machine's endpoints allow besides loopback names and an endpoint's own pages.
/// </summary>
/// <param name="Hosts">Names of forwarded ports and tunnels, in lower case, without a port. Their pages are allowed, too.</param>
/// <param name="Origins">Origins of other pages, in lower case.</param>
internal sealed record AllowedPages(IReadOnlyList<string> Hosts, IReadOnlyList<string> Origins)
{
    public static AllowedPages None { get; } = new([], []);

    /// <summary>The environment variables that tools/guard.cjs reads.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["MAILFUNCTIONS_ALLOWED_HOSTS"] = string.Join(',', Hosts),
        ["MAILFUNCTIONS_ALLOWED_ORIGINS"] = string.Join(',', Origins),
    };
}

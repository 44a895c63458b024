namespace MailFunctions.LocalHost.Keys;

/// <summary>The command line after <c>keys</c>.</summary>
/// <param name="Subject">The name of a new key, the id of one to revoke, or nothing.</param>
/// <param name="Settings">Every --Key=Value, for the configuration.</param>
internal sealed record KeySwitches(
    string Action, string? Subject, IReadOnlyList<string> Senders, IReadOnlyList<string> Lanes, IReadOnlyList<string> Headers, string? Expires, IReadOnlyList<string> Settings)
{
    public const string Usage = """
        API keys of the door for Resend's clients (docs/resend.md).

          keys add NAME    makes a key, and shows it this once
            --senders A,B  addresses and domains that it may send as (default: all that the app allows)
            --lanes A,B    transactional, bulk; the first is where mail goes that names none (default: both)
            --headers A,B  headers that mail may set; X-Shop-* for all that begin so (default: all that the app allows)
            --expires X    90d, 2027-01-31, or a moment in ISO 8601 (default: never)
          keys list        shows the keys, without their secrets
          keys revoke ID   ends a key, within half a minute

        The storage is this machine's, or what the setting AzureWebJobsStorage names: a connection string, or
        --AzureWebJobsStorage:accountName=NAME with your own sign-in (az login).
        """;

    private static readonly string[] Named = ["--senders", "--lanes", "--headers", "--expires"];

    /// <param name="arguments">The arguments after <c>keys</c>.</param>
    /// <exception cref="CannotStartException">The arguments are invalid.</exception>
    public static KeySwitches Parse(IReadOnlyList<string> arguments)
    {
        var (plain, settings, named) = (new List<string>(), new List<string>(), new Dictionary<string, string>());
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], null);
            if (Named.Contains(name))
                named[name] = value ?? (++i < arguments.Count ? arguments[i] : throw new CannotStartException($"{name} needs a value."));
            else if (!name.StartsWith("--", StringComparison.Ordinal))
                plain.Add(arguments[i]);
            else if (value is not null)
                settings.Add(arguments[i]);
            else
                throw new CannotStartException($"{name} is not a switch of keys; 'keys --help' lists them, and a setting is given as --Key=Value.");
        }

        var (action, subject) = plain switch
        {
            ["list"] => ("list", null),
            ["add" or "revoke", var one] => (plain[0], one),
            ["add"] => throw new CannotStartException("keys add needs a name for the key."),
            ["revoke"] => throw new CannotStartException("keys revoke needs the id of the key; 'keys list' shows it."),
            _ => throw new CannotStartException("keys takes add NAME, list, or revoke ID; 'keys --help' says more."),
        };
        return action != "add" && named.Count > 0
            ? throw new CannotStartException($"{named.Keys.First()} belongs to keys add.")
            : new KeySwitches(action, subject, List(named, "--senders"), List(named, "--lanes"), List(named, "--headers"), named.GetValueOrDefault("--expires"), settings);
    }

    private static string[] List(Dictionary<string, string> named, string name) =>
        named.GetValueOrDefault(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}

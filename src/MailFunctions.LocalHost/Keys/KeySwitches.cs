namespace MailFunctions.LocalHost.Keys;

/// <summary>The command line after <c>keys</c>.</summary>
/// <param name="Subject">The name of a new key, the id of one to change or revoke, or nothing.</param>
/// <param name="Named">The values of the named switches, by their names without dashes; an empty value removes a limit.</param>
/// <param name="WithMade">True to revoke also what the key made.</param>
/// <param name="Settings">Every --Key=Value, for the configuration.</param>
internal sealed record KeySwitches(string Action, string? Subject, IReadOnlyDictionary<string, string> Named, bool WithMade, IReadOnlyList<string> Settings)
{
    public const string MakeHash = "make-hash";

    private const string WithMadeSwitch = "--with-made";

    public const string Usage = """
        API keys (docs/keys.md): for calls without a function key, or to narrow one.

          keys add NAME         makes a key, and shows it this once
            --senders A,B       addresses and domains that it may send as, or * for all that the app allows (required)
            --rights A,B        send, read_own, read, read_content, cancel, decide, suppressions, templates, erase,
                                statistics, webhooks, keys, console, operate; all (default: send,read_own)
            --recipients A,B    addresses and domains that it may send to (default: all)
            --lanes A,B         transactional, bulk; the first is where mail goes that names none (default: both)
            --headers A,B       headers that mail may set; X-Shop-* for all that begin so (default: all that the app allows)
            --templates A,B     templates that mail is made of; shop-* for all that begin so (default: all, or none)
            --networks A,B      IP addresses and networks that it may be used from, such as 192.0.2.0/24 (default: all)
            --quotas A,B        the most mail that is accepted, such as mails_per_minute=60,recipients_per_day=1000 (default: any)
            --not-before X      90d, 2027-01-31, or a moment in ISO 8601 (default: now)
            --expires X         the same (default: never)
          keys change ID        changes what the switches name, and --name; an empty value removes a limit
          keys list             shows the keys, without their secrets
          keys revoke ID        ends a key, within 5 seconds
            --with-made         ends also the keys that it made, and those that they made
          keys make-hash        makes a first key for a deployment, without any storage: shows the key, and what
                                the parameter firstKey takes (docs/deploy.md)
            --rights A,B        as above (default: all)

        The storage is this machine's, or what the setting AzureWebJobsStorage names: a connection string, or
        --AzureWebJobsStorage:accountName=NAME with your own sign-in (az login).
        """;

    private static readonly string[] Known = ["senders", "rights", "recipients", "lanes", "headers", "templates", "networks", "quotas", "not-before", "expires"];

    /// <param name="arguments">The arguments after <c>keys</c>.</param>
    /// <exception cref="CannotStartException">The arguments are invalid.</exception>
    public static KeySwitches Parse(IReadOnlyList<string> arguments)
    {
        var (plain, settings, named) = (new List<string>(), new List<string>(), new Dictionary<string, string>());
        var withMade = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], null);
            if (!name.StartsWith("--", StringComparison.Ordinal))
                plain.Add(arguments[i]);
            else if (arguments[i] == WithMadeSwitch)
                withMade = true;
            else if (Known.Append("name").Contains(name[2..]))
                named[name[2..]] = value ?? (++i < arguments.Count ? arguments[i] : throw new CannotStartException($"{name} needs a value."));
            else if (value is not null)
                settings.Add(arguments[i]);
            else
                throw new CannotStartException($"{name} is not a switch of keys; 'keys --help' lists them, and a setting is given as --Key=Value.");
        }

        var (action, subject) = plain switch
        {
            ["list"] => ("list", null),
            [MakeHash] => (MakeHash, null),
            ["add" or "change" or "revoke", var one] => (plain[0], one),
            ["add"] => throw new CannotStartException("keys add needs a name for the key."),
            ["change" or "revoke"] => throw new CannotStartException($"keys {plain[0]} needs the id of the key; 'keys list' shows it."),
            _ => throw new CannotStartException("keys takes add NAME, change ID, list, revoke ID, or make-hash; 'keys --help' says more."),
        };
        if (action is "list" or "revoke" && named.Count > 0)
            throw new CannotStartException($"--{named.Keys.First()} belongs to keys add and keys change.");
        if (withMade && action != "revoke")
            throw new CannotStartException($"{WithMadeSwitch} belongs to keys revoke.");
        if (action == MakeHash && named.Keys.FirstOrDefault(name => name != "rights") is { } other)
            throw new CannotStartException($"--{other} does not belong to keys make-hash, which takes --rights alone.");
        if (action == "add" && !named.ContainsKey("senders"))
            throw new CannotStartException("keys add needs --senders: addresses, domains, or '*' for all that the app allows.");
        return new KeySwitches(action, subject, named, withMade, settings);
    }
}

namespace MailFunctions.LocalHost;

/// <summary>The switches of the command line.</summary>
/// <param name="Settings">Every --Key=Value, for the configuration.</param>
internal sealed record Switches(bool Demo, bool Exit, bool Help, IReadOnlyList<string> Settings)
{
    public const string HelpText = """
        Runs the functions of MailFunctions on this machine.

          --demo         sends one mail through the HTTP endpoint and shows what became of it
          --exit         with --demo: ends after it; exit code 0 when the mail was sent, else 1
          --ephemeral    keeps nothing: storage in memory, mail in a temporary folder
          --port N       port of the HTTP endpoint (default 7071)
          --Key=Value    any setting, such as --MailFunctions:Relay:Url=smtp://localhost:2525?starttls=none
          --help         shows this

          check-domain   checks what DNS says of a sender's domain; 'check-domain --help' says more
          keys           makes, lists and revokes API keys; 'keys --help' says more
          dkim           makes a key to sign mail with, and its record for DNS; 'dkim --help' says more
          rotate-unsubscribe-key
                         makes a newer key for the links by which recipients unsubscribe

        The settings are listed in src/MailFunctions.LocalHost/README.md.
        """;

    /// <exception cref="CannotStartException">A switch is unknown, or lacks its value.</exception>
    public static Switches Parse(IReadOnlyList<string> arguments)
    {
        bool demo = false, exit = false, help = false;
        var settings = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
            {
                case "--demo":
                    demo = true;
                    break;
                case "--exit":
                    exit = true;
                    break;
                case "--help" or "-h" or "-?":
                    help = true;
                    break;
                case "--ephemeral":
                    settings.Add("--LocalHost:Ephemeral=true");
                    break;
                case "--port":
                    if (++i == arguments.Count)
                        throw new CannotStartException("--port needs a number.");
                    settings.Add($"--LocalHost:Port={arguments[i]}");
                    break;
                case var port when port.StartsWith("--port=", StringComparison.Ordinal):
                    settings.Add($"--LocalHost:Port={port["--port=".Length..]}");
                    break;
                case var setting when IsSetting(setting):
                    settings.Add(setting);
                    break;
                case var unknown:
                    throw new CannotStartException($"{unknown} is not a switch; --help lists them, and a setting is given as --Key=Value.");
            }
        }

        return exit && !demo
            ? throw new CannotStartException("--exit ends the run after the demo; give it with --demo.")
            : new Switches(demo, exit, help, settings);
    }

    private static bool IsSetting(string argument) =>
        argument.StartsWith("--", StringComparison.Ordinal)
        && argument.IndexOf('=', StringComparison.Ordinal) is > 2 and var equals
        && argument[2..equals] is not ("demo" or "exit" or "help" or "ephemeral");
}
